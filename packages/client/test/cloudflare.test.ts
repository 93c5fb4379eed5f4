import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { requestScope } from '../src/request-scope.ts'
import { deferred, fakeClient, warningsOf, type FakeClient } from './fake-client.ts'
import { startWorker, type Worker } from './start-worker.ts'

describe('requestScope in workerd', () => {
  // A database of its own, for its statistics.
  const url = new URL(inject('databaseUrl'))
  url.pathname = '/worker_test'
  const admin = new pg.Client(inject('databaseUrl'))
  const owner = new pg.Client({ connectionString: url.href, application_name: 'owner' })
  let worker: Worker

  beforeAll(async () => {
    await admin.connect()
    await admin.query('CREATE DATABASE worker_test')
    await owner.connect()
    await owner.query('CREATE TABLE "Item" (id serial PRIMARY KEY, label text UNIQUE)')
    worker = await startWorker('fixtures/worker/worker.ts', { DATABASE_URL: url.href })
  })
  afterAll(async () => {
    await worker.stop()
    await owner.end()
    await admin.query('DROP DATABASE worker_test WITH (FORCE)')
    await admin.end()
  })

  async function get(path: string): Promise<{ status: number; body: string }> {
    const response = await fetch(worker.url + path, { signal: AbortSignal.timeout(20_000) })
    return { status: response.status, body: await response.text() }
  }

  async function sessions(condition = 'true'): Promise<number> {
    const { rowCount } = await admin.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = 'worker_test' AND application_name <> 'owner' AND ${condition}`,
    )
    return rowCount ?? 0
  }

  /** How many sessions ended without a word of the client, as workerd ends them. */
  async function abandoned(): Promise<number> {
    const { rows } = await admin.query<{ count: number }>(
      `SELECT sessions_abandoned::int AS count FROM pg_stat_database WHERE datname = 'worker_test'`,
    )
    return rows[0]?.count ?? -1
  }

  it('gives each of two requests at once a client of its own, and closes both', async () => {
    await owner.query('SELECT pg_advisory_lock(1)')
    const replies = Promise.all([get('/session'), get('/session')])
    await expect.poll(() => sessions("wait_event = 'advisory'")).toBe(2)
    await owner.query('SELECT pg_advisory_unlock(1)')

    const [first, second] = await replies
    expect([first.status, second.status]).toEqual([200, 200])
    expect(first.body).not.toBe(second.body)
    await expect.poll(() => sessions()).toBe(0)
  })

  it.each(['/session', '/transaction', '/failing'])(
    'closes the client of a request, where workerd would abandon it: %s',
    async (path) => {
      await get(path)
      await get(path)
      await expect.poll(() => sessions()).toBe(0)
      expect(await abandoned()).toBe(0)
    },
  )

  it.each(['unawaited', 'later'])('finishes work behind the response: /%s', async (label) => {
    expect(await get(`/${label}`)).toEqual({ status: 200, body: '"answered"' })
    const done = () => owner.query('SELECT 1 FROM "Item" WHERE label = $1', [label])
    await expect.poll(async () => (await done()).rowCount).toBe(1)
    await expect.poll(() => sessions()).toBe(0)
    expect(await abandoned()).toBe(0)
  })

  it('answers with the error of a request that fails', async () => {
    expect(await get('/failing')).toEqual({ status: 500, body: 'Error: as asked' })
  })

  it('creates no client for a request that needs none', async () => {
    const before = await get('/created')

    expect(await get('/created')).toEqual(before)
  })

  it('is needed: a client that nobody closes is abandoned', async () => {
    expect(await get('/unclosed')).toMatchObject({ status: 200 })
    await expect.poll(() => abandoned()).toBe(1)
  })

  it('is needed: a client that two requests share fails the second one', async () => {
    expect(await get('/kept')).toMatchObject({ status: 200 })
    expect(await get('/kept')).toMatchObject({ status: 500 })
  })
})

describe('requestScope', () => {
  /** The context of a request, and what it was asked to wait for. */
  function request(): { waitUntil: (promise: Promise<unknown>) => void; ended(): Promise<void> } {
    const waits: Array<Promise<unknown>> = []
    return {
      waitUntil: (promise) => waits.push(promise),
      ended: async () => {
        // What waits may wait for more.
        // oxlint-disable-next-line no-await-in-loop
        for (let seen = 0; seen < waits.length; seen = waits.length) await Promise.allSettled(waits)
      },
    }
  }

  function scopeOf(create: (env: string) => FakeClient, timeoutMs = 20_000) {
    return requestScope<FakeClient, string>(create, { timeoutMs })
  }

  it('creates one client with the environment of its request', async () => {
    const create = vi.fn<(env: string) => FakeClient>((env) => fakeClient(env))
    const { prisma, run } = scopeOf(create)

    const both = async () => [await prisma.user.findMany(), await prisma.user.findMany()]
    const answers = await Promise.all(['one', 'two'].map((env) => run(request(), env, both)))
    expect(answers).toEqual([
      [['one'], ['one']],
      [['two'], ['two']],
    ])
    expect(create).toHaveBeenCalledTimes(2)
  })

  it('lets a handler within a handler use the same client', async () => {
    const { prisma, run } = scopeOf((env) => fakeClient(env))
    const context = request()

    const answer = await run(context, 'outer', () =>
      run(request(), 'inner', () => prisma.user.findMany()),
    )
    expect(answer).toEqual(['outer'])
  })

  it('refuses work outside of a request, and after its end', async () => {
    const { prisma, run } = scopeOf((env) => fakeClient(env))
    expect(() => prisma.user).toThrow(expect.objectContaining({ code: 'OUTSIDE_REQUEST' }))

    const context = request()
    const ended = deferred<string>()
    let late: Promise<unknown> | undefined
    await run(context, 'env', () => {
      void prisma.user.findMany()
      late = ended.promise.then(() => prisma.user.findMany())
      late.catch(() => {})
    })
    await context.ended()
    ended.resolve('now')
    await expect(late).rejects.toMatchObject({ code: 'REQUEST_ENDED' })
  })

  it('closes after the work in flight, and after what was given to waitUntil', async () => {
    const client = fakeClient('env')
    const { prisma, run } = scopeOf(() => client)
    const context = request()
    const [query, task] = [deferred<string>(), deferred<string>()]

    await run(context, 'env', (own) => {
      void prisma.$slow(query.promise)
      own.waitUntil(task.promise.then(() => prisma.user.findMany()))
    })
    query.resolve('done')
    await query.promise
    await new Promise((resolve) => setImmediate(resolve))
    expect(client.closed.count).toBe(0)
    task.resolve('done')
    await context.ended()
    expect(client.closed.count).toBe(1)
  })

  it('closes the client within its bound, and warns of what it cut off', async () => {
    vi.useFakeTimers()
    const client = fakeClient('env')
    const { prisma, run } = scopeOf(() => client, 1_000)
    const context = request()

    const warnings = await warningsOf(async () => {
      await run(context, 'env', () => void prisma.$slow(new Promise(() => {})))
      await vi.advanceTimersByTimeAsync(1_000)
      vi.useRealTimers()
      await context.ended()
    })
    expect(client.closed.count).toBe(1)
    expect(warnings).toMatchObject([{ code: 'ONEPRISMA_DRAIN_FAILED' }])
    expect(warnings[0]?.message).toContain('1000 ms (units in flight: 1)')
  })

  it('tells by name alone of a client that does not close', async () => {
    const client = { ...fakeClient('env'), $disconnect: () => Promise.reject(new TypeError('pw')) }
    const { prisma, run } = scopeOf(() => client)
    const context = request()

    const warnings = await warningsOf(async () => {
      await run(context, 'env', () => prisma.user.findMany())
      await context.ended()
    })
    expect(warnings.map(({ message }) => message)).toEqual([
      'The client of a request did not close: TypeError.',
    ])
  })

  it('hands on what the handler throws, and what create throws', async () => {
    const { prisma, run } = scopeOf(() => {
      throw new Error('no client')
    })
    const throwing = () => {
      throw new Error('handler failed')
    }

    await expect(run(request(), 'env', throwing)).rejects.toThrow('handler failed')
    await expect(run(request(), 'env', () => prisma.user.findMany())).rejects.toThrow('no client')
  })

  it('says what a runtime without async hooks needs', async () => {
    const { run } = scopeOf((env) => fakeClient(env))
    const found = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)

    await expect(run(request(), 'env', () => 'never')).rejects.toMatchObject({
      code: 'UNSUPPORTED_RUNTIME',
      message: expect.stringContaining('nodejs_compat'),
    })
    found.mockRestore()
  })

  it('refuses what it cannot use', () => {
    const invalid = expect.objectContaining({ code: 'INVALID_OPTION' })
    // @ts-expect-error -- What JavaScript may pass.
    expect(() => requestScope('client')).toThrow(invalid)
    expect(() => scopeOf((env) => fakeClient(env), -1)).toThrow(invalid)
  })
})
