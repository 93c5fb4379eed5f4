import { createServer, type AddressInfo } from 'node:net'
import { PrismaPg } from '@prisma/adapter-pg'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { livenessRoute, readinessRoute } from '../src/health-routes.ts'
import { checkHealth } from '../src/check-health.ts'
import { disconnect, drain, sharePrisma, status } from '../src/index.ts'
import { pgPool } from '../src/pg.ts'
import { deferred, fakeClient, forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => object

beforeEach(forgetSharedClients)
afterEach(() => void vi.useRealTimers())

const share = (url: string) =>
  sharePrisma(({ observe }) => {
    const { config, options } = pgPool(url, { acquireTimeoutMs: 500 })
    return new PrismaClient({ adapter: observe(new PrismaPg(config, options)) })
  })

const options = (answers: Array<() => Promise<unknown>>) => ({
  query: async () => answers.shift()?.(),
})
const good = async (): Promise<void> => {}
const bad = async (): Promise<never> => {
  throw Object.assign(new Error('postgres://user:secret@host'), { code: 'P1001' })
}

describe('checkHealth', () => {
  it('asks the database a real query', async () => {
    const prisma = share(inject('databaseUrl'))

    const health = await checkHealth(prisma)

    expect(health).toMatchObject({ state: 'ready', failuresInARow: 0, reason: undefined })
    expect(health.latencyMs).toBeGreaterThan(0)
    expect(status(prisma).queries?.total).toBe(1)
    await disconnect(prisma)
  })

  it('knows a server that is not there', async () => {
    const prisma = share('postgres://nobody:secret@127.0.0.1:1/none')

    const health = await checkHealth(prisma)

    expect(health).toMatchObject({ state: 'unknown', latencyMs: undefined, failuresInARow: 1 })
    expect(health.reason).toBeTypeOf('string')
    expect(JSON.stringify(health)).not.toContain('secret')
    await disconnect(prisma)
  })

  it('does not wait for a server that does not answer', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    // A server that listens on TCP has an address with a port.
    const { port } = server.address() as AddressInfo
    const prisma = share(`postgres://user@127.0.0.1:${port}/db`)

    expect(await checkHealth(prisma, { timeoutMs: 50 })).toMatchObject({ reason: 'TIMEOUT' })

    await disconnect(prisma)
    server.close()
  })

  it('takes some failures for noise, and one success for recovery', async () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    const answers = options([good, bad, bad, good, bad, bad, bad, bad, good])

    const states: string[] = []
    for (let check = 0; check < 9; check++) states.push((await checkHealth(prisma, answers)).state)

    expect(states.slice(0, 6)).toEqual(Array(6).fill('ready'))
    expect(states.slice(6)).toEqual(['unavailable', 'unavailable', 'ready'])
  })

  it('has thresholds by option', async () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    const answers = { ...options([bad, good, good]), failureThreshold: 1, recoveryThreshold: 2 }

    const states: string[] = []
    for (let check = 0; check < 3; check++) states.push((await checkHealth(prisma, answers)).state)

    expect(states).toEqual(['unavailable', 'unavailable', 'ready'])
  })

  it('asks one query at a time, be it past its bound', async () => {
    vi.useFakeTimers()
    const prisma = sharePrisma(() => fakeClient('a'))
    const hanging = deferred<void>()
    const query = vi.fn<() => Promise<void>>().mockReturnValue(hanging.promise)
    const check = async () => {
      const checked = checkHealth(prisma, { query, timeoutMs: 100 })
      await vi.advanceTimersByTimeAsync(100)
      return checked
    }

    expect([(await check()).reason, (await check()).reason]).toEqual(['TIMEOUT', 'TIMEOUT'])
    expect(query).toHaveBeenCalledTimes(1)

    hanging.resolve()
    await vi.advanceTimersByTimeAsync(0)
    expect(await check()).toMatchObject({ state: 'ready' })
    expect(query).toHaveBeenCalledTimes(2)
  })

  it('counts those who ask at the same time once', async () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    const query = vi.fn<() => Promise<void>>().mockImplementation(bad)

    const checks = await Promise.all([1, 2, 3].map(async () => checkHealth(prisma, { query })))

    expect(checks.map((check) => check.failuresInARow)).toEqual([1, 1, 1])
    expect(query).toHaveBeenCalledTimes(1)
  })

  it('needs no query to know that the client drains', async () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    const query = vi.fn<() => Promise<void>>()
    await drain(prisma)

    expect(await checkHealth(prisma, { query })).toMatchObject({ state: 'draining' })
    expect(query).not.toHaveBeenCalled()
  })

  it('is draining when that begins while it asks', async () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    const answer = deferred<void>()
    const checked = checkHealth(prisma, { query: async () => answer.promise })

    const drained = drain(prisma)
    answer.resolve()

    expect(await checked).toMatchObject({ state: 'draining' })
    await drained
  })

  it.each([[{ timeoutMs: 0 }], [{ failureThreshold: 0 }], [{ recoveryThreshold: Number.NaN }]])(
    'refuses the options %j',
    async (wrong) => {
      const prisma = sharePrisma(() => fakeClient('a'))

      await expect(checkHealth(prisma, wrong)).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    },
  )

  it('says what it needs of a client without raw queries', async () => {
    expect(await checkHealth(sharePrisma(() => fakeClient('a')))).toMatchObject({
      reason: 'TypeError',
    })
  })
})

/** A response of the pages router, as far as it is used. */
function pagesResponse() {
  const seen: { code?: number; headers: Record<string, string>; body?: unknown } = { headers: {} }
  const response = {
    status: (code: number) => ((seen.code = code), response),
    setHeader: (name: string, value: string) => (seen.headers[name] = value),
    json: (body: unknown) => void (seen.body = body),
  }
  return { seen, response }
}

describe('readinessRoute', () => {
  it('answers 200 while the database does, in both routers', async () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    const route = readinessRoute(prisma, { query: good })
    const { seen, response } = pagesResponse()

    const answer = await route.GET()
    await route.handler({}, response)

    expect([answer.status, answer.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    expect(await answer.json()).toMatchObject({ state: 'ready' })
    expect(seen).toMatchObject({ code: 200, body: { state: 'ready' } })
  })

  it('answers 503 while it drains, in both routers', async () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    const route = readinessRoute(prisma, { query: good })
    const { seen, response } = pagesResponse()
    await drain(prisma)

    const answer = await route.GET()
    await route.handler({}, response)

    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '1'])
    expect(seen).toMatchObject({ code: 503, headers: { 'Retry-After': '1' } })
  })
})

describe('livenessRoute', () => {
  it('answers 200 without a database', async () => {
    const answer = await livenessRoute().GET()

    expect([answer.status, await answer.json()]).toEqual([200, { state: 'alive' }])
  })
})
