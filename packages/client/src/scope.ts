import type { AsyncLocalStorage } from 'node:async_hooks'
import { OnePrismaError } from './errors.ts'
import type { OperationScope } from './telemetry-records.ts'
import type { RequestContext } from './with-request-context.ts'

/** What code belongs to: the request that it serves, and the operation that it is part of. */
export interface Scope {
  readonly context?: RequestContext
  readonly operation?: OperationScope
}

// The digit is the version of the scope as another copy of this package reads it.
const SCOPE: unique symbol = Symbol.for('@oneprisma/client/scope/1')

type GlobalWithScope = typeof globalThis & { [SCOPE]?: AsyncLocalStorage<Scope> }

/**
 * The scope of the code that asks, as far as asynchronous calls reach. It is one for all bundles of
 * the process, and so on `globalThis`.
 *
 * @internal
 */
export function currentScope(): Scope | undefined {
  const host: GlobalWithScope = globalThis
  return host[SCOPE]?.getStore()
}

/**
 * Runs code in a scope.
 *
 * @internal
 */
export function runInScope<Result>(scope: Scope, run: () => Result): Result {
  return storage().run(scope, run)
}

function storage(): AsyncLocalStorage<Scope> {
  const host: GlobalWithScope = globalThis
  const known = host[SCOPE]
  if (known !== undefined) return known

  const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks')
  if (hooks === undefined) {
    throw new OnePrismaError(
      'UNSUPPORTED_RUNTIME',
      'A request context needs `node:async_hooks`, which this runtime does not have.',
    )
  }
  return (host[SCOPE] = new hooks.AsyncLocalStorage())
}
