import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readEndpoint } from '../src/monitor/app/read-endpoint.ts'
import { OPERATIONS } from '../src/monitor/app/read-app.ts'
import type { ArmRule } from '../src/monitor/arms.ts'
import { isFailure, type Failure } from '../src/monitor/gap.ts'
import { endpointsOf } from '../src/monitor/recording/endpoints-of.ts'
import type { EndpointReading } from '../src/monitor/app/endpoint-window.ts'
import type { World } from '../src/world.ts'

const METRICS = `${OPERATIONS}_bucket{le="+Inf",release="v1"} 7\n${OPERATIONS}_sum{release="v1"} 1\n`
const NO_RULE: ArmRule = { by: undefined, arms: [] }

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('There is no port.')
  return `127.0.0.1:${address.port}`
}

function worldWith(env: Readonly<Record<string, string>>): World {
  return { env } as unknown as World
}

interface Asked {
  readonly env?: Readonly<Record<string, string>>
  readonly token?: string
  readonly rule?: ArmRule
  readonly timeoutMs?: number
  readonly stop?: AbortSignal
}

async function read(
  url: string,
  { env = {}, token, rule = NO_RULE, timeoutMs = 5_000, stop }: Asked = {},
): Promise<EndpointReading | Failure> {
  const [endpoint] = endpointsOf(worldWith(env), [url], token)
  if (endpoint === undefined) throw new Error('There is no endpoint.')
  return readEndpoint(endpoint, {
    rule,
    histogram: OPERATIONS,
    timeoutMs,
    stop: stop ?? new AbortController().signal,
  })
}

describe('readEndpoint', () => {
  it('reads metrics', async () => {
    const host = await serve((_, response) => response.end(METRICS))

    const answer = await read(`http://${host}/metrics`)

    expect(isFailure(answer)).toBe(false)
    expect(answer).toMatchObject({ arms: new Map([['', expect.anything()]]) })
  })

  it.each<[what: string, listener: RequestListener, code: string, message: RegExp]>([
    ['401', (_, response) => response.writeHead(401).end(), 'SCRAPE_REFUSED', /status 401/],
    ['503', (_, response) => response.writeHead(503).end(METRICS), 'SCRAPE_REFUSED', /status 503/],
    [
      'a page',
      (_, response) => response.end('<!doctype html><p>Sign in, token=abc'),
      'SCRAPE_UNREADABLE',
      /^line 1 is not in the text format of Prometheus$/,
    ],
    [
      'a redirect to somewhere else',
      (_, response) => response.writeHead(302, { location: 'https://example.invalid/' }).end(),
      'SCRAPE_REFUSED',
      /status 302/,
    ],
    [
      'half of an answer',
      (_, response) => {
        response.writeHead(200, { 'content-length': 1_000 })
        response.write(METRICS, () => response.destroy())
      },
      'SCRAPE_FAILED',
      /./,
    ],
    [
      'more than anybody can read',
      (_, response) => {
        const line = 'a 1\n'.repeat(250_000)
        response.on('drain', () => response.write(line))
        response.write(line)
      },
      'SCRAPE_FAILED',
      /^it has more than 32 MB$/,
    ],
    ['nothing', () => {}, 'SCRAPE_FAILED', /^it does not answer within 300 ms$/],
    [
      'a word now and then',
      (_, response) => void response.write('up 1\n'),
      'SCRAPE_FAILED',
      /^it does not answer within 300 ms$/,
    ],
  ])('has a gap where it is answered by %s', async (what, listener, code, message) => {
    const host = await serve(listener)
    const timeoutMs = ['nothing', 'a word now and then'].includes(what) ? 300 : 20_000

    const answer = await read(`http://${host}/metrics`, { timeoutMs })

    expect(answer).toEqual({ code, message: expect.stringMatching(message) })
  })

  it.each([
    ['127.0.0.1:2', /ECONNREFUSED/],
    ['none.invalid', /ENOTFOUND|EAI_AGAIN/],
    ['127.0.0.1:1', /^bad port$/],
  ])('has a gap where nobody is at %s', async (host, message) => {
    expect(await read(`http://me:secret@${host}/metrics`)).toEqual({
      code: 'SCRAPE_FAILED',
      message: expect.stringMatching(message),
    })
  })

  it('is given up at once', async () => {
    const host = await serve(() => {})
    const end = new AbortController()

    const answer = read(`http://${host}/metrics`, { timeoutMs: 600_000, stop: end.signal })
    end.abort()

    expect(await answer).toMatchObject({ code: 'SCRAPE_FAILED' })
  })

  it.each<[what: string, url: (host: string) => string, asked: Asked, authorization: string]>([
    [
      'the token of a variable',
      (host) => `http://${host}/`,
      { env: { TOKEN: 'secret-token' }, token: 'TOKEN' },
      'Bearer secret-token',
    ],
    [
      'user and password of the URL',
      (host) => `http://me:so%20secret@${host}/`,
      {},
      `Basic ${Buffer.from('me:so secret').toString('base64')}`,
    ],
  ])('sends %s', async (_, url, asked, authorization) => {
    const seen: Array<string | undefined> = []
    const host = await serve((request, response) => {
      seen.push(request.headers.authorization)
      response.end(METRICS)
    })

    await read(url(host), asked)

    expect(seen).toEqual([authorization])
  })

  it('tells arms apart by a label, and leaves out what is in none', async () => {
    const text = `${METRICS}${METRICS.replaceAll('v1', 'v2')}${METRICS.replaceAll(',release="v1"', '')}`
    const host = await serve((_, response) => response.end(text))
    const rule = { by: 'release', arms: [{ name: 'stable', pattern: 'v1' }] }

    const all = await read(`http://${host}/`, { rule: { by: 'release', arms: [] } })
    const one = await read(`http://${host}/`, { rule })

    expect('arms' in all && [...all.arms.keys()]).toEqual(['v1', 'v2'])
    expect('arms' in one && [...one.arms.keys()]).toEqual(['stable'])
  })

  it('keeps no more arms than anybody could have meant', async () => {
    const text = Array.from({ length: 100 }, (_, at) => METRICS.replaceAll('v1', `v${at}`)).join('')
    const host = await serve((_, response) => response.end(text))

    const answer = await read(`http://${host}/`, { rule: { by: 'release', arms: [] } })

    expect('arms' in answer && answer.arms.size).toBe(16)
  })
})

describe('endpointsOf', () => {
  const namesOf = (...given: readonly string[]): readonly string[] =>
    endpointsOf(worldWith({}), given, undefined).map(({ name }) => name)

  it('names an endpoint by what is no secret', () => {
    expect(namesOf('https://me:secret@shop.test:8443/api/metrics?token=secret#secret')).toEqual([
      'shop.test:8443/api/metrics',
    ])
  })

  it('tells endpoints apart that differ in what is not shown', () => {
    expect(namesOf('http://a/m?t=1', 'http://b/m', 'http://a/m?t=2')).toEqual([
      'a/m (1)',
      'b/m',
      'a/m (3)',
    ])
  })

  it('takes an arm before the URL', () => {
    const [endpoint] = endpointsOf(worldWith({}), ['canary=http://a/m?b=c'], undefined)

    expect(endpoint).toMatchObject({ arm: 'canary', name: 'a/m', url: 'http://a/m?b=c' })
  })

  it.each<[given: string[], token: string | undefined, code: string, message: RegExp]>([
    [['postgres://u:secret@h/d'], undefined, 'USAGE', /number 1 is none/],
    [['http://a/m', 'secret'], undefined, 'USAGE', /number 2 is none/],
    [['http://a/m', 'http://a/m'], undefined, 'USAGE', /names a\/m twice/],
    [['http://a/m'], 'NO_TOKEN', 'SOURCE_MISSING', /NO_TOKEN, which is not set/],
  ])('refuses %j with the token of %s', (given, token, code, message) => {
    const refused = () => endpointsOf(worldWith({}), given, token)

    expect(refused).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
    expect(refused).not.toThrow(/secret/)
  })
})
