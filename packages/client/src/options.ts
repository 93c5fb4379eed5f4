import { OnePrismaError } from './errors.ts'

// The longest delay that a timer takes; a longer one would fire at once.
const MAX_DELAY_MS = 2_147_483_647

/**
 * Throws unless `value` is a number from `min` up.
 *
 * @internal
 */
export function requireNumber(name: string, value: unknown, min: number): void {
  const fits = typeof value === 'number' && value >= min && value <= MAX_DELAY_MS
  if (!fits) refuse(name, `a number from ${min} up`, value)
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

/**
 * Throws what all of these throw.
 *
 * @internal
 */
export function refuse(name: string, expected: string, value: unknown): never {
  const shown = typeof value === 'object' ? '' : `${JSON.stringify(value)} `
  throw new OnePrismaError(
    'INVALID_OPTION',
    `Expected \`${name}\` to be ${expected}, got ${shown}(${typeof value}).`,
  )
}
