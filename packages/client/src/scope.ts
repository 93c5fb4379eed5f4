import type { AsyncLocalStorage } from 'node:async_hooks'
import { registry } from './registry.ts'
import type { RequestContext } from './with-request-context.ts'
import type { Unit } from './unit-scope.ts'

/** What code belongs to, as far as its asynchronous calls reach. */
export interface Scope {
  /** The request, job or script that it serves. */
  readonly context: RequestContext | undefined
  /** The unit of work that it is part of. */
  readonly unit: Unit | undefined
}

/**
 * The scope of the code that asks.
 *
 * @internal
 */
export function currentScope(): Scope | undefined {
  return registry().scope?.getStore()
}

/**
 * What keeps the scope, one for every bundle of the process, made on first use; `undefined` where the
 * runtime has no `node:async_hooks`.
 *
 * @internal
 */
export function scopeStorage(): AsyncLocalStorage<Scope> | undefined {
  const shared = registry()
  if (shared.scope === undefined) {
    const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks')
    if (hooks !== undefined) shared.scope = new hooks.AsyncLocalStorage()
  }
  return shared.scope
}
