import { scopeStorage } from './scope.ts'

/**
 * A unit of work while it runs. What the code inside of it does belongs to it, as far as its
 * asynchronous calls reach.
 *
 * @internal
 */
export interface Unit {
  isOpen: boolean
  /** Is told of the end by whoever watches units. */
  ended?(hasFailed: boolean, error: unknown): void
}

/**
 * Runs the code of a unit, so that what it asks of a shared client is known to be part of it.
 *
 * @internal
 */
export function runInUnit<Result>(unit: Unit, run: () => Result): Result {
  const storage = scopeStorage()
  return storage === undefined
    ? run()
    : storage.run({ context: storage.getStore()?.context, unit }, run)
}
