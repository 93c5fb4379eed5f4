import { contextOfHeaders, type RequestWithHeaders } from './request-headers.ts'
import {
  enterRequestContext,
  requestContext,
  withRequestContext,
  type RequestContext,
  type RequestContextInput,
} from './with-request-context.ts'

const ID_HEADER = 'x-request-id'

/** What is known of every request that a handler gets, or what tells it of one. */
export type ContextOf<Request> =
  | RequestContextInput
  | ((request: Request) => RequestContextInput | PromiseLike<RequestContextInput>)

/** What is used of a response of Node.js, which the frameworks on it share. */
interface NodeResponse {
  readonly headersSent?: boolean
  setHeader(name: string, value: string): unknown
}

/**
 * Wraps the handler of a request: a route handler of the app router, an API route of the pages
 * router, NextAuth's, a webhook's, or the listener of a plain server of Node.js. It gets the id and
 * the trace from the headers of the request, and the response gets the id (`x-request-id`).
 *
 * @param context - What else is known: the pattern of the route, and by a function who asks.
 *
 * @example
 * export const GET = withContext(async () => Response.json(await prisma.user.findMany()), {
 *   route: '/api/users',
 * })
 *
 * @throws OnePrismaError `INVALID_OPTION` from the handler that this returns
 */
export function withContext<Request extends RequestWithHeaders, Rest extends unknown[], Result>(
  handler: (request: Request, ...rest: Rest) => Result | PromiseLike<Result>,
  context: ContextOf<Request> = {},
): (request: Request, ...rest: Rest) => Promise<Result> {
  return async (request, ...rest) => {
    const known = typeof context === 'function' ? await context(request) : context
    return withRequestContext({ ...contextOfHeaders(request), ...known }, async () => {
      tellOfId(rest[0])
      const result = await handler(request, ...rest)
      tellOfId(result)
      return result
    })
  }
}

/**
 * Middleware for Express and everything that goes on by calling `next`, and a hook for Fastify
 * (`app.addHook('onRequest', contextMiddleware())`).
 *
 * @example
 * app.use(contextMiddleware((request) => ({ user: request.session.userId })))
 */
export function contextMiddleware<Request extends RequestWithHeaders>(
  context: RequestContextInput | ((request: Request) => RequestContextInput) = {},
): (request: Request, response: unknown, next: () => void) => void {
  return (request, response, next) => {
    const known = typeof context === 'function' ? context(request) : context
    enterRequestContext({ ...contextOfHeaders(request), ...known }, () => {
      tellOfId(response)
      next()
    })
  }
}

/**
 * Wraps a server action, or any other function that is called for a request without being given it.
 *
 * @param context - What is known, or what finds it out: with Next.js,
 * `async () => contextFrom({ headers: await headers() })`.
 */
export function withActionContext<Args extends unknown[], Result>(
  action: (...args: Args) => Result | PromiseLike<Result>,
  context:
    | RequestContextInput
    | (() => RequestContextInput | PromiseLike<RequestContextInput>) = {},
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    const known = typeof context === 'function' ? await context() : context
    return withRequestContext(known, () => action(...args))
  }
}

/** What the headers of a request tell of it, for `withRequestContext`. */
export function contextFrom(request: RequestWithHeaders): Partial<RequestContext> {
  return contextOfHeaders(request)
}

/** Puts the id of the request into the head of its response, unless it is there or was sent. */
function tellOfId(response: unknown): void {
  const id = requestContext()?.requestId
  if (typeof response !== 'object' || response === null || id === undefined) return

  try {
    if (isNodeResponse(response) && !response.headersSent) response.setHeader(ID_HEADER, id)
    else if (response instanceof Response && !response.headers.has(ID_HEADER)) {
      response.headers.set(ID_HEADER, id)
    }
  } catch {
    // The head of some responses, such as redirects, cannot be changed.
  }
}

function isNodeResponse(value: object): value is NodeResponse {
  return 'setHeader' in value && typeof value.setHeader === 'function'
}
