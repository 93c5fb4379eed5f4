import { contextFrom, hasHeaders, type RequestWithHeaders } from './request-headers.ts'
import { tellOfId, withId } from './response-id.ts'
import {
  enterRequestContext,
  withRequestContext,
  type RequestContextInput,
} from './with-request-context.ts'

/** What is known of every call, or what finds it out from the arguments. */
export type ContextOf<Args extends unknown[]> =
  | RequestContextInput
  | ((...args: Args) => RequestContextInput | PromiseLike<RequestContextInput>)

/**
 * Wraps the handler of a request: a route handler of the app router, an API route of the pages
 * router, NextAuth's, a webhook's, or the listener of a plain server of Node.js. It gets the id and
 * the trace from the headers of the request, and the response gets the id (`x-request-id`). What the
 * handler throws, such as a redirect of Next.js, goes through.
 *
 * @param context - What else is known: the pattern of the route, and by a function who asks. What
 * that function asks a client belongs to the request too.
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
  context: ContextOf<[request: Request, ...rest: Rest]> = {},
): (request: Request, ...rest: Rest) => Promise<Result> {
  return async (request, ...rest) => {
    const [response] = rest
    return withRequestContext(headersOf(request), async () => {
      tellOfId(response)
      return withRequestContext(await known(context, [request, ...rest]), async () => {
        tellOfId(response)
        return withId(await handler(request, ...rest))
      })
    })
  }
}

/**
 * Wraps a server action, or any other function that is called for a request without being given it.
 *
 * @param context - What is known, or what finds it out.
 *
 * @example
 * export const order = withActionContext(placeOrder, async () => ({
 *   ...contextFrom({ headers: await headers() }),
 *   route: 'order',
 * }))
 *
 * @throws OnePrismaError `INVALID_OPTION` from the function that this returns
 */
export function withActionContext<Args extends unknown[], Result>(
  action: (...args: Args) => Result | PromiseLike<Result>,
  context: ContextOf<Args> = {},
): (...args: Args) => Promise<Result> {
  return async (...args) => withRequestContext(await known(context, args), () => action(...args))
}

/**
 * Middleware for Express and everything that goes on by calling `next`, and a hook for Fastify
 * (`app.addHook('onRequest', contextMiddleware())`).
 *
 * @example
 * app.use(contextMiddleware((request: express.Request) => ({ user: request.session.userId })))
 *
 * @throws OnePrismaError `INVALID_OPTION` from the middleware that this returns
 */
export function contextMiddleware<Request extends RequestWithHeaders>(
  context: RequestContextInput | ((request: Request) => RequestContextInput) = {},
): (request: Request, response: unknown, next: () => void) => void {
  return (request, response, next) => {
    enterRequestContext(headersOf(request), () => {
      const more = typeof context === 'function' ? context(request) : context
      enterRequestContext(more, () => {
        tellOfId(response)
        next()
      })
    })
  }
}

/** Tests call handlers with less than a server would, which is no reason to fail. */
function headersOf(request: unknown): RequestContextInput {
  return hasHeaders(request) ? contextFrom(request) : {}
}

async function known<Args extends unknown[]>(
  context: ContextOf<Args>,
  args: Args,
): Promise<RequestContextInput> {
  return typeof context === 'function' ? context(...args) : context
}
