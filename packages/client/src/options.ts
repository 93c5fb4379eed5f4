import { OnePrismaError } from './errors.ts'

// The longest delay that a timer takes; a longer one would fire at once.
const MAX_DELAY_MS = 2_147_483_647

/**
 * Throws unless `value` is a number from `min` up.
 *
 * @internal
 */
export function requireNumber(name: string, value: unknown, min: number, isWhole = false): void {
  const isNumber = typeof value === 'number' && value >= min && value <= MAX_DELAY_MS
  if (isNumber && (!isWhole || Number.isInteger(value))) return

  refuse(name, isWhole ? `a whole number from ${min} up` : `a number from ${min} up`, value)
}

/**
 * Throws unless `value` is a function, or a string with something in it.
 *
 * @internal
 */
export function requireType(name: string, value: unknown, type: 'function' | 'string'): void {
  const isBlank = typeof value === 'string' && value.trim() === ''
  if (typeof value !== type || isBlank) refuse(name, `a ${type}`, value)
}

function refuse(name: string, expected: string, value: unknown): never {
  const shown = typeof value === 'object' ? '' : `${JSON.stringify(value)} `
  throw new OnePrismaError(
    'INVALID_OPTION',
    `Expected \`${name}\` to be ${expected}, got ${shown}(${typeof value}).`,
  )
}
