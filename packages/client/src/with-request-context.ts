import { OnePrismaError } from './errors.ts'
import { refuse, requireType } from './options.ts'
import { currentScope, scopeStorage } from './scope.ts'

type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] }

const NO_TAGS: RequestContext['tags'] = Object.freeze({})

/** What is known of the request, job or script that the code belongs to. It cannot be changed. */
export interface RequestContext {
  /** Of `x-request-id`, of the trace, or new. */
  readonly requestId: string
  /** The trace that the request belongs to, as W3C writes it. */
  readonly traceparent?: string
  /** The pattern of the path, such as `/api/users/[id]`, never the path itself. */
  readonly route?: string
  /** The id of who asks: never a name or an address, for it is logged. */
  readonly user?: string
  readonly tenant?: string
  readonly tags: Readonly<Record<string, string>>
}

/**
 * What is told of a request, job or script. What is left out, `undefined`, `null` or blank comes from
 * the scope around.
 */
export interface RequestContextInput {
  /** @default that of the scope around, else a new UUID */
  readonly requestId?: string | null | undefined
  readonly traceparent?: string | null | undefined
  readonly route?: string | null | undefined
  readonly user?: string | null | undefined
  readonly tenant?: string | null | undefined
  /** Added to those of the scope around; where names are the same, these win. */
  readonly tags?: Readonly<Record<string, string | null | undefined>> | undefined
}

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
 * @throws OnePrismaError `INVALID_OPTION`, `UNSUPPORTED_RUNTIME` where there is no
 * `node:async_hooks`, and whatever `run` throws
 */
export function withRequestContext<Result>(
  input: RequestContextInput,
  run: () => Result | PromiseLike<Result>,
): Promise<Result> {
  try {
    requireType('run', run, 'function')
    return enterRequestContext(input, async () => await run())
  } catch (error) {
    return Promise.reject(error)
  }
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
  return storage.run({ context: contextOf(input), unit: currentScope()?.unit }, run)
}

function contextOf(input: RequestContextInput): RequestContext {
  if (typeof input !== 'object' || input === null) refuse('context', 'an object', input)

  const outer = requestContext()
  const { traceparent, route, user, tenant, tags } = input
  const context: Mutable<RequestContext> = {
    requestId:
      given('requestId', input.requestId) ??
      outer?.requestId ??
      // Made only where there is none: Next.js counts a random value as one that cannot be cached.
      globalThis.crypto.randomUUID(),
    tags: tags === undefined ? (outer?.tags ?? NO_TAGS) : tagsOf(tags, outer),
  }
  // What is not known has no member. They are named one by one, for it is on the path of every request.
  const knownTraceparent = given('traceparent', traceparent) ?? outer?.traceparent
  if (knownTraceparent !== undefined) context.traceparent = knownTraceparent
  const knownRoute = given('route', route) ?? outer?.route
  if (knownRoute !== undefined) context.route = knownRoute
  const knownUser = given('user', user) ?? outer?.user
  if (knownUser !== undefined) context.user = knownUser
  const knownTenant = given('tenant', tenant) ?? outer?.tenant
  if (knownTenant !== undefined) context.tenant = knownTenant
  return Object.freeze(context)
}

function tagsOf(
  tags: NonNullable<RequestContextInput['tags']>,
  outer: RequestContext | undefined,
): RequestContext['tags'] {
  const known = { ...outer?.tags }
  for (const name of Object.keys(tags)) {
    const value = given(name, tags[name])
    if (value !== undefined) known[name] = value
  }
  return Object.freeze(known)
}

/** What has a value. A user who is nobody is as good as none. */
function given(name: string, value: string | null | undefined): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') refuse(name, 'a string', value)
  return value.trim() === '' ? undefined : value
}
