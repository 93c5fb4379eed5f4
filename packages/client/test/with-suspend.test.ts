import { AsyncLocalStorage } from 'node:async_hooks'
import { attachDatabasePool, waitUntil } from '@vercel/functions'
import { PrismaPg } from '@prisma/adapter-pg'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { withSuspend, type SuspendOptions } from '../src/with-suspend.ts'
import { FakePool, runStatement } from './fake-pool.ts'

const CONTEXT = Symbol.for('@vercel/request-context')

/** A request, as the platform keeps it, and what it was asked to wait for. */
class Request {
  readonly open = new Set<Promise<unknown>>()
  asked = 0
  readonly deadline: string | undefined

  constructor(deadlineMs?: number) {
    if (deadlineMs !== undefined) this.deadline = new Date(Date.now() + deadlineMs).toISOString()
  }

  waitUntil(task: Promise<unknown>): void {
    this.asked++
    this.open.add(task)
    void task.then(() => this.open.delete(task))
  }
}

const requests = new AsyncLocalStorage<object>()

beforeEach(() => {
  Object.assign(globalThis, { [CONTEXT]: { get: () => requests.getStore() } })
})
afterEach(() => {
  Reflect.deleteProperty(globalThis, CONTEXT)
})

async function serve(request: object, ...adapters: Array<Parameters<typeof runStatement>[0]>) {
  await requests.run(request, async () => {
    for (const adapter of adapters) {
      // oxlint-disable-next-line no-await-in-loop
      await runStatement(adapter)
    }
  })
}

async function connect(pool: FakePool, options?: SuspendOptions) {
  return withSuspend(pool.factory, options).connect()
}

describe('withSuspend', () => {
  beforeEach(() => {
    // Turns of the event loop are real: a statement after a silence waits for one.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  })
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
    vi.unstubAllEnvs()
  })

  /** How long the platform is asked to wait, in milliseconds. */
  async function waitOf(request: Request, limitMs = 1_000_000): Promise<number> {
    const startedAt = performance.now()
    while (request.open.size > 0 && performance.now() - startedAt < limitMs) {
      // oxlint-disable-next-line no-await-in-loop
      await vi.advanceTimersByTimeAsync(10)
    }
    return performance.now() - startedAt
  }

  it('asks to wait until the idle timeout of the pool has passed', async () => {
    const request = new Request()

    await serve(request, await connect(new FakePool(5_000)))

    expect(await waitOf(request)).toBe(5_100)
  })

  it('waits for each of two pools as long as that pool needs', async () => {
    const [slow, fast] = [new FakePool(5_000), new FakePool(1_000)]
    const request = new Request()

    await serve(request, await connect(slow), await connect(fast))

    await vi.advanceTimersByTimeAsync(1_100)
    expect(request.open.size).toBe(1)
    expect(await waitOf(request)).toBe(4_000)
  })

  it('does what attachDatabasePool does not: there, the pool that was used last wins', async () => {
    vi.stubEnv('VERCEL_URL', 'example.vercel.app')
    vi.stubEnv('VERCEL_REGION', 'iad1')
    const [slow, fast] = [new FakePool(5_000), new FakePool(1_000)]
    attachDatabasePool(slow)
    attachDatabasePool(fast)
    const request = new Request()

    await serve(request, await slow.factory.connect(), await fast.factory.connect())

    expect(await waitOf(request)).toBe(1_100)
  })

  it('asks once for each pool and request, and prolongs the wait with each release', async () => {
    const [adapter, other] = [
      await connect(new FakePool(5_000)),
      await connect(new FakePool(5_000)),
    ]
    const [first, second] = [new Request(), new Request()]

    await serve(first, adapter, adapter, other)
    await vi.advanceTimersByTimeAsync(3_000)
    await serve(first, adapter)
    await serve(second, adapter)

    expect(first.asked).toBe(2)
    expect(second.asked).toBe(1)
    expect(await waitOf(first)).toBe(5_100)
    expect(second.open.size).toBe(0)
  })

  it('asks again when a request goes on after the wait has ended', async () => {
    const adapter = await connect(new FakePool(5_000))
    const request = new Request()

    await serve(request, adapter)
    await waitOf(request)
    await serve(request, adapter)

    expect(request.asked).toBe(2)
    expect(await waitOf(request)).toBe(5_100)
  })

  it.each([
    ['a second before the deadline of the request', 4_000, 3_000],
    ['for a moment where the deadline is near', 1_050, 100],
    ['at most 15 minutes where there is none', undefined, 15 * 60_000 - 1_000],
  ])('waits %s', async (_, deadlineMs, waitMs) => {
    const request = new Request(deadlineMs)

    await serve(request, await connect(new FakePool(1_800_000)))

    expect(await waitOf(request)).toBe(waitMs)
  })

  it('ends the wait when the pool is empty', async () => {
    const pool = new FakePool(5_000)
    const request = new Request()
    await serve(request, await connect(pool))

    pool.empty()

    expect(await waitOf(request)).toBeLessThan(100)
  })

  it('ends the wait when the client is closed', async () => {
    const adapter = await connect(new FakePool(5_000))
    const request = new Request()
    await serve(request, adapter)

    await adapter.dispose()

    expect(await waitOf(request)).toBeLessThan(100)
  })

  it('waits after a transaction, however it ends', async () => {
    const pool = new FakePool(5_000)
    const adapter = await connect(pool)
    const [committed, rolledBack, failed] = [new Request(), new Request(), new Request()]

    await requests.run(committed, async () => (await adapter.startTransaction()).commit())
    await requests.run(rolledBack, async () => (await adapter.startTransaction()).rollback())
    pool.beginError = new Error('as asked')
    await expect(requests.run(failed, () => adapter.startTransaction())).rejects.toThrow('as asked')

    expect([committed.asked, rolledBack.asked, failed.asked]).toEqual([1, 1, 1])
    await waitOf(failed)
  })

  it('does nothing outside of a request, and says nothing about it', async () => {
    const warned = vi.spyOn(console, 'warn')
    const emitted = vi.spyOn(process, 'emitWarning')

    await runStatement(await connect(new FakePool(5_000)))
    Reflect.deleteProperty(globalThis, CONTEXT)
    await runStatement(await connect(new FakePool(5_000)))

    expect([...warned.mock.calls, ...emitted.mock.calls]).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not wait for a pool that closes no idle connections', async () => {
    const request = new Request()

    await serve(request, await connect(new FakePool(0)))
    await serve(request, await connect(new FakePool(5_000), { idleTimeoutMs: 0 }))

    expect(request.asked).toBe(0)
  })

  it('takes the waitUntil of the caller, in and outside of a request', async () => {
    const given = new Request()
    const adapter = await connect(new FakePool(5_000), {
      waitUntil: (task) => given.waitUntil(task),
    })
    const request = new Request()

    await runStatement(adapter)
    await runStatement(adapter)
    await serve(request, adapter)

    expect([given.asked, request.asked]).toEqual([2, 0])
    expect(await waitOf(given)).toBe(5_100)
  })

  it('takes the waitUntil of @vercel/functions', async () => {
    const adapter = await connect(new FakePool(5_000), { waitUntil })
    const request = new Request()

    await serve(request, adapter)

    expect(await waitOf(request)).toBe(5_100)
  })

  it('hands the pool to attachDatabasePool once, and leaves the waiting to it', async () => {
    const pool = new FakePool(5_000)
    const attached = vi.fn<(attachedPool: unknown) => void>()
    const options = { attachDatabasePool: attached }
    const adapters = [await connect(pool, options), await connect(pool, options)]
    const request = new Request()

    await serve(request, ...adapters)

    expect(attached.mock.calls).toEqual([[pool]])
    expect(request.asked).toBe(0)
  })

  it('works with the attachDatabasePool of @vercel/functions', async () => {
    vi.stubEnv('VERCEL_URL', 'example.vercel.app')
    vi.stubEnv('VERCEL_REGION', 'iad1')
    const adapter = await connect(new FakePool(5_000), { attachDatabasePool })
    const request = new Request()

    await serve(request, adapter)

    expect(request.asked).toBe(1)
    expect(await waitOf(request)).toBe(5_100)
  })

  it('waits by itself where attachDatabasePool refuses the pool', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const mariadb = { totalConnections: () => 1, idleConnections: () => 1, taskQueueSize: () => 0 }
    const factory = {
      provider: 'mysql',
      adapterName: '@test/fake',
      connect: async () => ({ queryRaw: async () => {}, underlyingDriver: () => mariadb }),
    }
    const adapter = await withSuspend(factory, {
      attachDatabasePool,
      idleTimeoutMs: 5_000,
    }).connect()
    const request = new Request()

    await serve(request, adapter)

    expect(warned.mock.calls).toMatchObject([
      [expect.stringContaining('attachDatabasePool'), { code: 'ONEPRISMA_HOOK_FAILED' }],
    ])
    expect(await waitOf(request)).toBe(5_600)
    warned.mockRestore()
  })

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['rejects', async () => Promise.reject(new Error('broken'))],
  ])('answers the query although waitUntil %s', async (_, broken) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const adapter = await connect(new FakePool(5_000), { waitUntil: broken })

    await runStatement(adapter)
    await runStatement(adapter)
    await vi.runAllTimersAsync()

    expect(warned.mock.calls).toMatchObject([
      [expect.any(String), { code: 'ONEPRISMA_HOOK_FAILED' }],
    ])
    warned.mockRestore()
  })

  it('answers the query although the platform fails to tell the request', async () => {
    const get = () => {
      throw new Error('broken')
    }
    Object.assign(globalThis, { [CONTEXT]: { get } })

    await expect(runStatement(await connect(new FakePool(5_000)))).resolves.toBeUndefined()
  })

  it('leaves an adapter without a pool as it is', async () => {
    const adapter = { queryRaw: async () => 'answer' }
    const factory = { provider: 'sqlite', adapterName: 'x', connect: async () => adapter }

    expect(await withSuspend(factory).connect()).toBe(adapter)
  })

  it('refuses what is no adapter, and options that are none', () => {
    const refusal = expect.objectContaining({ code: 'INVALID_OPTION' })
    expect(() => withSuspend({})).toThrow(refusal)
    for (const options of [{ waitUntil: 1 }, { idleTimeoutMs: -1 }, { attachDatabasePool: {} }]) {
      // The compiler refuses them too.
      expect(() => withSuspend(new FakePool(1).factory, options as never)).toThrow(refusal)
    }
  })
})

describe('withSuspend on a pool of pg', () => {
  async function connectToServer(name: string) {
    const factory = new PrismaPg({
      connectionString: inject('databaseUrl'),
      application_name: name,
      idleTimeoutMillis: 50,
    })
    const adapter = await withSuspend(factory).connect()
    return { adapter, pool: adapter.underlyingDriver() }
  }

  it('keeps the instance until the server has no session left', async () => {
    const { adapter, pool } = await connectToServer('suspend-idle')
    const request = new Request()
    await requests.run(request, () => Promise.all([adapter, adapter, adapter].map(runStatement)))
    expect(pool.totalCount).toBeGreaterThan(0)

    await Promise.all(request.open)

    expect(request.asked).toBe(1)
    expect(pool.totalCount).toBe(0)
    await adapter.dispose()
  })

  it('asks the request that ran the statement, where the pool tells of the one that connected', async () => {
    const { adapter, pool } = await connectToServer('suspend-request')
    const told: unknown[] = []
    pool.on('release', () => told.push(requests.getStore()))
    const [first, second] = [new Request(), new Request()]

    await serve(first, adapter)
    await serve(second, adapter)

    expect(told).toEqual([first, first])
    expect([first.asked, second.asked]).toEqual([1, 1])
    await adapter.dispose()
  })
})
