import { registry } from './registry.ts'

/**
 * A unit of work while it runs. What the code inside of it does belongs to it, as far as its
 * asynchronous calls reach.
 *
 * @internal
 */
export interface Unit {
  isOpen: boolean
}

/**
 * Runs the code of a unit, so that what it asks of a shared client is known to be part of it.
 *
 * @internal
 */
export function runInUnit<Result>(unit: Unit, run: () => Result): Result {
  const shared = registry()
  const hooks = process.getBuiltinModule?.('node:async_hooks')
  if (hooks === undefined) return run()

  shared.scope ??= new hooks.AsyncLocalStorage<Unit>()
  return shared.scope.run(unit, run)
}

/**
 * Whether the code that asks belongs to a unit that has not ended.
 *
 * @internal
 */
export function isInOpenUnit(): boolean {
  return registry().scope?.getStore()?.isOpen === true
}
