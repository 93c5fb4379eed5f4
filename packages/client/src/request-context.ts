import type { RequestContext } from './suspension.ts'

// Where @vercel/functions finds what the platform knows of the request that runs.
const CONTEXT: unique symbol = Symbol.for('@vercel/request-context')

interface VercelContext {
  readonly waitUntil?: (promise: Promise<unknown>) => unknown
  /** Anything that `Date` understands. */
  readonly deadline?: string | number
}

type GlobalWithContext = typeof globalThis & {
  [CONTEXT]?: { readonly get?: () => VercelContext | undefined }
}

/**
 * What Vercel offers the request that runs, and the object it is known by; `undefined` elsewhere,
 * and outside of a request.
 *
 * @internal
 */
export function vercelRequest(): { context: RequestContext; owner: object } | undefined {
  const host: GlobalWithContext = globalThis
  const owner = host[CONTEXT]?.get?.()
  const waitUntil = owner?.waitUntil?.bind(owner)
  if (owner === undefined || waitUntil === undefined) return undefined

  const { deadline } = owner
  const deadlineAt = deadline === undefined ? Number.NaN : new Date(deadline).getTime()
  return {
    owner,
    context: { waitUntil, ...(!Number.isNaN(deadlineAt) && { deadlineAt }) },
  }
}
