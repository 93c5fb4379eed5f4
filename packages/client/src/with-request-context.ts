import { OnePrismaError } from './errors.ts'
import { requireType } from './options.ts'
import { currentScope, scopeStorage } from './scope.ts'

/** What is known of the request, job or script that the code belongs to. It cannot be changed. */
export interface RequestContext {
  /** Of `x-request-id`, of the trace, or new. */
  readonly requestId: string
  /** The trace that the request belongs to, as W3C writes it. */
  readonly traceparent?: string
  /** The pattern of the path, such as `/api/users/[id]`, never the path itself. */
  readonly route?: string
  readonly user?: string
  readonly tenant?: string
  readonly tags: Readonly<Record<string, string>>
}

/** What `withRequestContext` is told; what is not given comes from the scope around it. */
export type RequestContextInput = Partial<RequestContext>

/**
 * Runs code with a request context, which everything that it calls can read, in this bundle and in
 * any other, until what it returns has settled. Scopes nest: what is not given is inherited, and tags
 * are added to those around.
 *
 * What `run` returns is awaited here, because a PrismaPromise does nothing before somebody awaits it,
 * and belongs to the context in which that happens.
 *
 * @example
 * await withRequestContext({ requestId: job.id, route: 'ship-order' }, () => ship(job.data))
 *
 * @throws OnePrismaError `INVALID_OPTION`, and whatever `run` throws
 */
export async function withRequestContext<Result>(
  input: RequestContextInput,
  run: () => Result | PromiseLike<Result>,
): Promise<Result> {
  requireType('run', run, 'function')
  return enterRequestContext(input, async () => await run())
}

/**
 * The context of the code that asks, or `undefined` where there is none.
 */
export function requestContext(): RequestContext | undefined {
  return currentScope()?.context
}

/**
 * The same without awaiting, for frameworks that go on by a callback.
 *
 * @internal
 */
export function enterRequestContext<Result>(input: RequestContextInput, run: () => Result): Result {
  const storage = scopeStorage()
  if (storage === undefined) {
    throw new OnePrismaError(
      'UNSUPPORTED_RUNTIME',
      'A request context needs `node:async_hooks`, which this runtime does not have.',
    )
  }
  return storage.run({ ...currentScope(), context: contextOf(input) }, run)
}

function contextOf({ tags = {}, ...members }: RequestContextInput): RequestContext {
  const outer = requestContext()
  return Object.freeze({
    requestId: globalThis.crypto.randomUUID(),
    ...outer,
    ...given(members),
    tags: Object.freeze({ ...outer?.tags, ...given(tags) }),
  })
}

/** What has a value. A header that is empty, or a user who is nobody, is as good as none. */
function given<Values extends object>(values: Values): Values {
  const entries = Object.entries(values).filter(([name, value]) => {
    if (value === undefined || value === '') return false
    requireType(name, value, 'string')
    return true
  })
  // Only members that may be missing are left out.
  return Object.fromEntries(entries) as Values
}
