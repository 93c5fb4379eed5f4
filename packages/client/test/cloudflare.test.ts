import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { requestScope } from '../src/request-scope.ts'
import { deferred, fakeClient, warningsOf, type FakeClient } from './fake-client.ts'
import { WorkerdServer } from './workerd-server.ts'

describe('requestScope in workerd', () => {
  const admin = new pg.Client(inject('databaseUrl'))
  let worker: WorkerdServer
  beforeAll(async () => {
    await admin.connect()
    await admin.query('CREATE TABLE workerd_note (text text)')
    worker = await WorkerdServer.start(join(import.meta.dirname, 'fixtures/workerd/worker.mjs'), {
      DATABASE_URL: inject('databaseUrl'),
      APPLICATION_NAME: 'workerd-test',
    })
  })
  afterAll(async () => {
    await worker[Symbol.asyncDispose]()
    await admin.query('DROP TABLE workerd_note')
    await admin.end()
  })

  async function ask(path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(worker.url + path)
    return { status: response.status, body: response.ok ? await response.json() : undefined }
  }

  /** Waits until the database has no session of the Worker. */
  async function noSessions(): Promise<void> {
    await vi.waitFor(async () => {
      const { rowCount } = await admin.query(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'workerd-test'`,
      )
      expect(rowCount).toBe(0)
    })
  }

  async function noted(text: string): Promise<number> {
    const { rowCount } = await admin.query('SELECT 1 FROM workerd_note WHERE text = $1', [text])
    return rowCount ?? 0
  }

  it('gives each of many concurrent requests a client of its own, and closes it', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('/pid')))

    const bodies = answers.map(({ body }) => body)
    expect(bodies).toEqual(bodies.map(() => expect.objectContaining({ isSame: true })))
    // Eight sessions, for no request uses that of another.
    expect(new Set(bodies.map((body) => Object(body).pid)).size).toBe(8)
    await noSessions()
  })

  it('runs a transaction', async () => {
    expect(await ask('/transaction')).toEqual({ status: 200, body: 'done' })
    await noSessions()
  })

  it.each([['/unawaited'], ['/later']])('finishes work behind the response: %s', async (path) => {
    expect(await ask(path)).toEqual({ status: 200, body: 'answered' })
    await vi.waitFor(async () => expect(await noted(path.slice(1))).toBe(1))
    await noSessions()
  })

  it('closes the client of a handler that throws', async () => {
    expect(await ask('/throws')).toMatchObject({ status: 500 })
    await noSessions()
  })

  it('creates none for a request that needs none', async () => {
    const before = await ask('/nothing')

    expect(await ask('/nothing')).toEqual(before)
  })

  it('is needed: a client that a module keeps fails in the next request', async () => {
    expect(await ask('/kept')).toMatchObject({ status: 200 })
    expect(await ask('/kept')).toMatchObject({ status: 500 })
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

  it('creates the client with the environment of its request', async () => {
    const { prisma, run } = scopeOf((env) => fakeClient(env))

    const answers = await Promise.all(
      ['one', 'two'].map((env) => run(request(), env, () => prisma.user.findMany())),
    )
    expect(answers).toEqual([['one'], ['two']])
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
