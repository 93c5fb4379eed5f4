import { OnePrismaError } from './errors.ts'

/**
 * Throws unless `value` is a finite number from `min` up.
 *
 * @internal
 */
export function requireNumber(
  name: string,
  value: unknown,
  min: number,
  isInteger = false,
): asserts value is number {
  const fits =
    typeof value === 'number' &&
    value >= min &&
    value <= 2_147_483_647 &&
    (!isInteger || Number.isInteger(value))
  if (fits) return

  throw new OnePrismaError(
    'INVALID_OPTION',
    `Expected \`${name}\` to be ${isInteger ? 'a whole number' : 'a number'} from ${min} to 2147483647, got ${describe(value)}.`,
  )
}

/**
 * Throws unless `value` is a string with something in it.
 *
 * @internal
 */
export function requireText(name: string, value: unknown): asserts value is string {
  if (typeof value === 'string' && value.trim() !== '') return

  throw new OnePrismaError(
    'INVALID_OPTION',
    `Expected \`${name}\` to be a string that is not empty, got ${describe(value)}.`,
  )
}

/**
 * Throws unless `value` is a function.
 *
 * @internal
 */
export function requireFunction(name: string, value: unknown): void {
  if (typeof value === 'function') return

  throw new OnePrismaError(
    'INVALID_OPTION',
    `Expected \`${name}\` to be a function, got ${describe(value)}.`,
  )
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `"${value}" (string)`
  return value === null ? 'null' : `${String(value)} (${typeof value})`
}
