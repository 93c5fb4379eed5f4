import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type express from 'express'
import type { FastifyReply, FastifyRequest, onRequestHookHandler, RouteHandler } from 'fastify'
import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next'
import type { NextRequest, NextResponse } from 'next/server.js'
import NextAuth from 'next-auth'
import { describe, expectTypeOf, it } from 'vitest'
import {
  contextFrom,
  contextMiddleware,
  requestContext,
  withActionContext,
  withContext,
  withRequestContext,
  type RequestContext,
  type RequestContextInput,
} from '../../src/context.ts'
import type { PrismaClient } from './generated/client.ts'

declare const prisma: PrismaClient
declare const session: { user?: { id: string; name?: string | null } } | null
interface Segment {
  params: Promise<{ id: string }>
}

describe('withRequestContext', () => {
  it('resolves to what is awaited', () => {
    expectTypeOf(withRequestContext({}, () => 1)).toEqualTypeOf<Promise<number>>()
    expectTypeOf(withRequestContext({}, async () => 1)).toEqualTypeOf<Promise<number>>()
    expectTypeOf(withRequestContext({}, () => prisma.user.findMany())).toEqualTypeOf<
      Promise<Array<{ id: number; email: string }>>
    >()
  })

  it('takes what a session may lack, and a context that there is', () => {
    void withRequestContext(
      { user: session?.user?.id, tags: { name: session?.user?.name } },
      () => {},
    )
    expectTypeOf<RequestContext>().toExtend<RequestContextInput>()
    expectTypeOf(requestContext()).toEqualTypeOf<RequestContext | undefined>()
  })

  it('refuses what it does not know, and values that are no strings', () => {
    // @ts-expect-error There is no such member.
    void withRequestContext({ userId: 'u' }, () => {})
    // @ts-expect-error An id is a string.
    void withRequestContext({ user: 42 }, () => {})
  })

  it('has a context that cannot be changed', () => {
    const context = requestContext()
    // @ts-expect-error It is read only.
    if (context) context.requestId = 'b'
    // @ts-expect-error So are its tags.
    if (context) context.tags['job'] = 'b'
  })
})

describe('withContext', () => {
  it('keeps the parameters and the awaited result of a route handler', () => {
    const GET = withContext(async (request: NextRequest, { params }: Segment) =>
      Response.json([request.nextUrl, await params]),
    )

    expectTypeOf(GET).toEqualTypeOf<(request: NextRequest, segment: Segment) => Promise<Response>>()
  })

  it('keeps the class of the response, be it returned at once or not', () => {
    const GET = withContext(
      (request: Request): NextResponse | Promise<NextResponse> =>
        request as unknown as NextResponse,
    )

    expectTypeOf(GET).toEqualTypeOf<(request: Request) => Promise<NextResponse>>()
  })

  it('gives a handler without parameters a request', () => {
    const GET = withContext(
      async () => new Response(),
      (request: NextRequest) => ({
        tenant: request.nextUrl.hostname,
      }),
    )

    expectTypeOf(GET).parameter(0).toEqualTypeOf<NextRequest>()
    expectTypeOf(GET).returns.toEqualTypeOf<Promise<Response>>()
    expectTypeOf(withContext(() => 1)).toBeCallableWith(new Request('http://shop.test'))
  })

  it('is an API route, whose context knows the response too', () => {
    const typed: NextApiHandler<string> = withContext(async (request, response) => {
      expectTypeOf(request).toEqualTypeOf<NextApiRequest>()
      expectTypeOf(response).toEqualTypeOf<NextApiResponse<string>>()
      response.json('ok')
    })
    const wrapped = withContext(typed, async (request, response) => {
      expectTypeOf(request).toEqualTypeOf<NextApiRequest>()
      expectTypeOf(response).toEqualTypeOf<NextApiResponse<string>>()
      return {}
    })

    expectTypeOf(wrapped).toExtend<NextApiHandler<string>>()
  })

  it('takes what NextAuth makes', () => {
    const options = { providers: [] }
    // A bundler takes the default export of its module, where Node.js has that of CommonJS.
    const nextAuth = NextAuth.default

    expectTypeOf(withContext(nextAuth(options))).toExtend<NextApiHandler>()
    const handler: NextApiHandler = withContext(async (request, response) =>
      nextAuth(request, response, options),
    )
    void handler
  })

  it('is a listener of node:http, a handler of Express and one of Fastify', () => {
    const listener = withContext(async (_: IncomingMessage, response: ServerResponse) => {
      response.end()
    })
    const handler = withContext(async (_: express.Request, response: express.Response) => {
      response.end()
    })
    const route = withContext(async (request: FastifyRequest, reply: FastifyReply) =>
      reply.send(request.id),
    )

    expectTypeOf(listener).toExtend<RequestListener>()
    expectTypeOf(handler).toExtend<express.RequestHandler>()
    expectTypeOf(route).toExtend<RouteHandler>()
  })

  it('refuses a function that gets no request', () => {
    // @ts-expect-error A string has no headers.
    withContext((name: string) => name)
  })
})

describe('withActionContext', () => {
  it('keeps the parameters and the awaited result', () => {
    const order = withActionContext(async (form: FormData, quantity?: number) => [form, quantity])

    expectTypeOf(order).toEqualTypeOf<
      (form: FormData, quantity?: number) => Promise<Array<number | FormData | undefined>>
    >()
  })

  it('takes the headers of Next.js', async () => {
    const { headers } = await import('next/headers.js')

    withActionContext(
      () => {},
      async () => contextFrom({ headers: await headers() }),
    )
  })
})

describe('contextMiddleware', () => {
  it('is middleware of Express and a hook of Fastify', () => {
    expectTypeOf(contextMiddleware()).toExtend<express.RequestHandler>()
    expectTypeOf(contextMiddleware()).toExtend<onRequestHookHandler>()
    expectTypeOf(
      contextMiddleware((request: FastifyRequest) => ({ requestId: request.id })),
    ).toExtend<onRequestHookHandler>()
  })

  it('refuses a promise, for it cannot wait', () => {
    // @ts-expect-error It goes on at once.
    contextMiddleware(async (request: FastifyRequest) => ({ requestId: request.id }))
  })
})
