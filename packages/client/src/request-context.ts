// Where Vercel keeps the request that is being served; `@vercel/functions` looks there too.
const CONTEXT: unique symbol = Symbol.for('@vercel/request-context')

/** What is used of a request that a platform serves. */
export interface RequestContext {
  readonly waitUntil?: (task: Promise<void>) => unknown
  /** When the platform ends the request, as `new Date()` takes it. */
  readonly deadline?: string | number
}

type GlobalWithContext = typeof globalThis & {
  [CONTEXT]?: { readonly get?: () => RequestContext | undefined }
}

/**
 * The request that the caller serves, where the platform tells.
 *
 * @internal
 */
export function requestContext(): RequestContext | undefined {
  const host: GlobalWithContext = globalThis
  return host[CONTEXT]?.get?.()
}
