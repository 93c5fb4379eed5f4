import { once } from 'node:events'
import {
  Agent,
  createServer,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import express from 'express'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import {
  contextFrom,
  contextMiddleware,
  requestContext,
  withActionContext,
  withContext,
} from '../src/context.ts'
import { deferred } from './fake-client.ts'

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/

const open: Array<() => unknown> = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (close) => close()))
})

/** Waits until a server listens, and returns its address. */
async function listening(server: Server): Promise<string> {
  open.push(() => server.close())
  if (!server.listening) await once(server, 'listening')
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

/** Serves every request with a listener. */
async function serve(
  listener: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>,
): Promise<string> {
  return listening(createServer((request, response) => void listener(request, response)).listen(0))
}

/** Waits for the response to a request, for its id and its body. */
async function answerTo(request: ClientRequest): Promise<{ id: unknown; body: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject).end()
  })
  return { id: response.headers['x-request-id'], body: await text(response) }
}

const webRequest = (headers: Record<string, string> = {}): Request =>
  new Request('http://shop.test/api/users', { headers })

describe('contextFrom', () => {
  it.each([
    ['the headers of the web', new Headers({ 'X-Request-Id': 'a-1' })],
    ['the headers of Node.js', { 'x-request-id': 'a-1' }],
    ['what has only `get`', { get: (name: string) => (name === 'x-request-id' ? 'a-1' : null) }],
    ['a header beside one called get', { get: 'b', 'x-request-id': 'a-1' }],
  ])('reads %s', (_, headers) => {
    expect(contextFrom({ headers })).toEqual({ requestId: 'a-1' })
  })

  it('takes the id of the trace where there is no id of the request', () => {
    expect(contextFrom({ headers: { traceparent: TRACEPARENT } })).toEqual({
      requestId: TRACE_ID,
      traceparent: TRACEPARENT,
    })
  })

  it('prefers the id of the request to that of the trace, and keeps the trace', () => {
    const headers = { 'x-request-id': 'a-1', traceparent: TRACEPARENT }

    expect(contextFrom({ headers })).toEqual({ requestId: 'a-1', traceparent: TRACEPARENT })
  })

  it.each([
    ['with spaces', 'a b'],
    ['sent twice', 'a, b'],
    ['that breaks the line', 'a\nb'],
    ['that ends in a line break', 'a\n'],
    ['that would end a comment', '*/ DROP TABLE'],
    ['with quotes', "a'b"],
    ['longer than 128 characters', 'a'.repeat(129)],
    ['that is empty', ''],
    ['outside of ASCII', 'ä'],
    ['sent as a list', ['a', 'b']],
  ])('leaves an id out %s', (_, id) => {
    expect(contextFrom({ headers: { 'x-request-id': id } })).toEqual({})
  })

  it.each([
    ['of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['without a parent', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['of the version that there is not', `ff${TRACEPARENT.slice(2)}`],
    ['in capitals', TRACEPARENT.toUpperCase()],
    ['with more behind it', `${TRACEPARENT}-x`],
    ['too short', TRACEPARENT.slice(0, -1)],
  ])('leaves a trace out %s', (_, traceparent) => {
    expect(contextFrom({ headers: { traceparent } })).toEqual({})
  })

  it('takes an id of 128 characters, and those that platforms make', () => {
    const ids = [
      'a'.repeat(128),
      'Root=1-67891233-abcdef012345678912345678',
      'fra1::iad1-17:a+b/c@d',
    ]

    expect(ids.map((id) => contextFrom({ headers: { 'x-request-id': id } }).requestId)).toEqual(ids)
  })
})

describe('withContext around a handler of the web', () => {
  it('gives the id of the request to the handler and to its response', async () => {
    const GET = withContext(async () => Response.json(requestContext()), {
      route: '/api/users',
    })

    const response = await GET(webRequest({ 'x-request-id': 'a-1' }))

    expect(response.headers.get('x-request-id')).toBe('a-1')
    expect(await response.json()).toEqual({ requestId: 'a-1', route: '/api/users', tags: {} })
  })

  it('makes an id where the one that came is malformed', async () => {
    const response = await withContext(async () => new Response())(
      webRequest({ 'x-request-id': 'a b' }),
    )

    expect(response.headers.get('x-request-id')).toMatch(UUID)
  })

  it('hands every argument through, and the handler’s own id', async () => {
    const GET = withContext(
      async (_: Request, { params }: { params: Promise<{ id: string }> }) =>
        new Response((await params).id, { headers: { 'x-request-id': 'own' } }),
    )

    const response = await GET(webRequest(), { params: Promise.resolve({ id: '7' }) })

    expect(await response.text()).toBe('7')
    expect(response.headers.get('x-request-id')).toBe('own')
  })

  it.each([
    ['a redirect', () => Response.redirect('http://shop.test/in', 303), 303],
    ['the answer of another server', async (url: string) => fetch(url), 418],
  ])('tells the id with %s, whose head cannot be changed', async (_, answer, status) => {
    const other = createServer((__, response) => response.writeHead(418).end('tea')).listen(0)
    const url = await listening(other)

    const response = await withContext(async (__: Request) => answer(url))(
      webRequest({ 'x-request-id': 'a-1' }),
    )

    expect(response.status).toBe(status)
    expect(response.headers.get('x-request-id')).toBe('a-1')
    expect(response.headers.get('location') ?? (await response.text())).toMatch(/\/in$|^tea$/)
  })

  it('returns what cannot carry an id as it is', async () => {
    const error = Response.error()
    const page = { props: { status: 200 } }

    const answer = async (result: unknown) => withContext(() => result)(webRequest())

    expect(await answer(error)).toBe(error)
    expect(await answer(page)).toBe(page)
    expect(await answer(undefined)).toBeUndefined()
    expect(await answer(null)).toBeNull()
  })

  it('lets what the handler throws through, as redirects of Next.js are', async () => {
    const redirect = Object.assign(new Error('NEXT_REDIRECT'), {
      digest: 'NEXT_REDIRECT;replace;/in;307;',
    })
    const GET = withContext((): Response => {
      throw redirect
    })

    await expect(GET(webRequest())).rejects.toBe(redirect)
  })

  it('asks a function for what else is known, inside the scope of the request', async () => {
    let asked: string | undefined
    const GET = withContext(
      async () => Response.json(requestContext()),
      async (request: Request) => {
        await Promise.resolve()
        asked = requestContext()?.requestId
        return { user: request.headers.get('authorization') }
      },
    )

    const response = await GET(webRequest({ 'x-request-id': 'a-1', authorization: 'u1' }))

    expect(asked).toBe('a-1')
    expect(await response.json()).toEqual({ requestId: 'a-1', user: 'u1', tags: {} })
  })

  it('does not call the handler where that function fails', async () => {
    const error = new Error('no session')
    let calls = 0
    const GET = withContext(
      () => ++calls,
      () => {
        throw error
      },
    )

    await expect(GET(webRequest())).rejects.toBe(error)
    expect(calls).toBe(0)
  })

  it('lets the function choose the id, as for requests that strangers send', async () => {
    const GET = withContext(
      () => new Response(requestContext()?.requestId),
      () => ({
        requestId: 'ours',
      }),
    )

    const response = await GET(webRequest({ 'x-request-id': 'theirs' }))

    expect(response.headers.get('x-request-id')).toBe('ours')
    expect(await response.text()).toBe('ours')
  })

  it.each([
    ['nothing', undefined],
    ['half a request', {}],
    ['no headers', { headers: null }],
  ])('can be called with %s, as tests do', async (_, request) => {
    const id = withContext(() => requestContext()?.requestId)

    // Whatever a test makes do with.
    expect(await id(request as unknown as Request)).toMatch(UUID)
  })
})

describe('withContext around a listener of node:http', () => {
  const listener = withContext(async (request: IncomingMessage, response: ServerResponse) => {
    response.end(`${await text(request)} for ${requestContext()?.requestId}`)
  })

  it('gives the id to the listener, behind the body too, and to the response', async () => {
    const url = await serve(listener)

    const response = await fetch(url, {
      method: 'POST',
      body: 'a word',
      headers: { 'x-request-id': 'a-1' },
    })

    expect(response.headers.get('x-request-id')).toBe('a-1')
    expect(await response.text()).toBe('a word for a-1')
  })

  it('makes an id where the header came twice', async () => {
    const url = await serve(listener)

    const { id } = await answerTo(httpRequest(url, { headers: { 'x-request-id': ['a', 'b'] } }))

    expect(id).toMatch(UUID)
  })

  it('keeps the id that the listener puts into the head', async () => {
    const own = withContext((_: IncomingMessage, response: ServerResponse) =>
      response.setHeader('x-request-id', 'own').end(),
    )
    const url = await serve(own)

    expect((await fetch(url)).headers.get('x-request-id')).toBe('own')
  })

  it('does not fail for an id that no header can carry', async () => {
    const odd = withContext(
      (_: IncomingMessage, response: ServerResponse) => void response.end('served'),
      { requestId: 'line\nbreak' },
    )
    const url = await serve(odd)

    expect(await (await fetch(url)).text()).toBe('served')
  })

  it('tells the id that a function chose', async () => {
    const chosen = withContext(
      (_: IncomingMessage, response: ServerResponse) => response.end(),
      () => ({ requestId: 'ours' }),
    )
    const url = await serve(chosen)

    const response = await fetch(url, { headers: { 'x-request-id': 'theirs' } })

    expect(response.headers.get('x-request-id')).toBe('ours')
  })

  it('tells the id also where that function fails', async () => {
    const failing = withContext(listener, () => {
      throw new Error('as asked')
    })
    const url = await serve(async (request, response) =>
      failing(request, response).catch(() => response.writeHead(500).end()),
    )

    const response = await fetch(url, { headers: { 'x-request-id': 'a-1' } })

    expect(response.status).toBe(500)
    expect(response.headers.get('x-request-id')).toBe('a-1')
  })

  it('leaves a head alone that has been sent', async () => {
    const late = withContext(async (_: IncomingMessage, response: ServerResponse) => {
      await listener(_, response)
    })
    const url = await listening(
      createServer((request, response) => {
        response.writeHead(200, { 'x-request-id': 'first' }).flushHeaders()
        void late(request, response)
      }).listen(0),
    )

    expect((await fetch(url)).headers.get('x-request-id')).toBe('first')
  })
})

describe('withContext around handlers of frameworks', () => {
  it('serves Express', async () => {
    const app = express()
    app.get(
      '/users/:id',
      withContext(
        async (request: express.Request, response: express.Response) => {
          response.json({ ...requestContext(), id: request.params['id'] })
        },
        { route: '/users/:id' },
      ),
    )
    const url = await listening(app.listen(0))

    const response = await fetch(`${url}/users/7`, { headers: { 'x-request-id': 'a-1' } })

    expect(response.headers.get('x-request-id')).toBe('a-1')
    expect(await response.json()).toEqual({
      requestId: 'a-1',
      route: '/users/:id',
      tags: {},
      id: '7',
    })
  })

  it('serves Fastify', async () => {
    const app = fastify()
    open.push(async () => app.close())
    app.get(
      '/users/:id',
      withContext(
        async (request: FastifyRequest, reply: FastifyReply) => {
          reply.header('x-path', request.url)
          return requestContext()
        },
        { user: 'u' },
      ),
    )

    const response = await app.inject({ url: '/users/7', headers: { 'x-request-id': 'a-1' } })

    expect(response.headers['x-request-id']).toBe('a-1')
    expect(response.json()).toEqual({ requestId: 'a-1', user: 'u', tags: {} })
  })
})

/** Sends the head of a request, and its body not before somebody waits for it. */
async function post(url: string, waits: Promise<unknown>): ReturnType<typeof answerTo> {
  const request = httpRequest(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': 2, 'x-request-id': 'a-1' },
  })
  request.flushHeaders()
  await waits
  request.write('{}')
  return answerTo(request)
}

describe('contextMiddleware', () => {
  it('serves Express, behind a parser of bodies too', async () => {
    const app = express()
    const waits = deferred<undefined>()
    app.use(contextMiddleware())
    app.use((_, __, next) => {
      setImmediate(waits.resolve, undefined)
      next()
    })
    app.use(express.json())
    app.post('/', async (_, response) => {
      await Promise.resolve()
      response.send(requestContext()?.requestId)
    })
    const url = await listening(app.listen(0))

    expect(await post(url, waits.promise)).toEqual({ id: 'a-1', body: 'a-1' })
  })

  it('serves Fastify as a hook, behind its parser of bodies too', async () => {
    const app = fastify()
    open.push(async () => app.close())
    const waits = deferred<undefined>()
    app.addHook('onRequest', contextMiddleware())
    app.addHook('onRequest', (_, __, done) => {
      setImmediate(waits.resolve, undefined)
      done()
    })
    app.post('/', async () => requestContext()?.requestId)
    await app.listen({ port: 0 })

    expect(await post(await listening(app.server), waits.promise)).toEqual({
      id: 'a-1',
      body: 'a-1',
    })
  })

  it('takes what else is known from the request', async () => {
    const app = express()
    app.use(contextMiddleware((request: express.Request) => ({ tenant: request.hostname })))
    app.get('/', (_, response) => void response.json(requestContext()))
    const url = await listening(app.listen(0))

    const response = await fetch(url, { headers: { 'x-request-id': 'a-1' } })

    expect(await response.json()).toEqual({ requestId: 'a-1', tenant: '127.0.0.1', tags: {} })
  })

  it('tells the id where a handler fails', async () => {
    const app = express()
    // Else Express prints the error.
    app.set('env', 'test')
    app.use(contextMiddleware())
    app.get('/', async () => {
      throw new Error('as asked')
    })
    const url = await listening(app.listen(0))

    const response = await fetch(url, { headers: { 'x-request-id': 'a-1' } })

    expect(response.status).toBe(500)
    expect(response.headers.get('x-request-id')).toBe('a-1')
  })

  it('keeps many requests over few connections apart', async () => {
    const app = express()
    app.use(contextMiddleware())
    app.get('/', async (_, response) => {
      await new Promise(setImmediate)
      response.send(requestContext()?.requestId)
    })
    const url = await listening(app.listen(0))
    const agent = new Agent({ keepAlive: true, maxSockets: 5 })
    open.push(() => agent.destroy())
    const ids = Array.from({ length: 200 }, (_, no) => `r${no}`)

    const answers = await Promise.all(
      ids.map(async (id) => {
        const request = httpRequest(url, { agent, headers: { 'x-request-id': id } })
        return (await answerTo(request)).body
      }),
    )

    expect(answers).toEqual(ids)
  })
})

describe('withActionContext', () => {
  it('runs an action with what a function finds out, and hands arguments and result through', async () => {
    const headers = async (): Promise<Headers> => new Headers({ 'x-request-id': 'a-1' })
    const order = withActionContext(
      async (sku: string, quantity: number) => [sku, quantity, requestContext()],
      async () => ({ ...contextFrom({ headers: await headers() }), route: 'order' }),
    )

    expect(await order('mug', 2)).toEqual([
      'mug',
      2,
      { requestId: 'a-1', route: 'order', tags: {} },
    ])
  })

  it('takes nothing from arguments, for they are the browser’s', async () => {
    const action = withActionContext((input: { headers: object }) => [input, requestContext()])

    const [input, context] = await action({ headers: { 'x-request-id': 'theirs' } })

    expect(input).toEqual({ headers: { 'x-request-id': 'theirs' } })
    expect(context).toEqual({ requestId: expect.stringMatching(UUID), tags: {} })
  })

  it('lets what the action throws through, as redirects of Next.js are', async () => {
    const redirect = new Error('NEXT_REDIRECT')
    const action = withActionContext(() => {
      throw redirect
    })

    await expect(action()).rejects.toBe(redirect)
  })
})
