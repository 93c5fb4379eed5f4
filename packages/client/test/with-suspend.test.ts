import { EventEmitter } from 'node:events'
import { attachDatabasePool } from '@vercel/functions'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { withSuspend, type SuspendOptions } from '../src/with-suspend.ts'

const CONTEXT = Symbol.for('@vercel/request-context')
const READ = { sql: 'SELECT 1 AS one', args: [], argTypes: [] }

/** A pool with the members of pg's that are read, and the events that it emits. */
class FakePool extends EventEmitter {
  totalCount = 0
  idleCount = 0
  waitingCount = 0
  readonly options: { readonly idleTimeoutMillis: number | null | undefined }
  constructor(idleTimeoutMillis: number | null | undefined) {
    super()
    this.options = { idleTimeoutMillis }
  }
  /** A query has ended. */
  use(): void {
    this.totalCount = 1
    this.emit('release')
  }
  /** The last connection was closed. */
  empty(): void {
    this.totalCount = 0
    this.emit('remove')
  }
}

/** Connects an adapter on a pool. */
function connect(pool: object, options: SuspendOptions = {}): Promise<unknown> {
  const adapter = { underlyingDriver: () => pool }
  return withSuspend(
    { provider: 'x', adapterName: 'x', connect: async () => adapter },
    options,
  ).connect()
}

/** A request of Vercel, and what it was asked to wait for. */
class Request {
  readonly waits: Array<Promise<unknown>> = []
  readonly deadline: number | undefined
  constructor(deadline?: number) {
    this.deadline = deadline
  }
  waitUntil(promise: Promise<unknown>): void {
    this.waits.push(promise)
  }
  run(work: () => void): void {
    Object.assign(globalThis, { [CONTEXT]: { get: () => this } })
    work()
    Reflect.deleteProperty(globalThis, CONTEXT)
  }
}

/** After how many milliseconds of the fake clock these promises settle, within 20 seconds. */
async function settleTimes(promises: ReadonlyArray<Promise<unknown>>): Promise<number[]> {
  const startedAt = Date.now()
  const times = promises.map((promise) => promise.then(() => Date.now() - startedAt))
  await vi.advanceTimersByTimeAsync(20_000)
  return Promise.all(times)
}

describe('withSuspend, before a suspension', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllEnvs()
    Reflect.deleteProperty(globalThis, CONTEXT)
  })

  it.each([
    ['what its settings say', 700, 800],
    ['the default of pg', null, 10_100],
    ['the default of pg, where nothing is set', undefined, 10_100],
  ])('waits for the idle timeout of a pool: %s', async (_, idleTimeout, expected) => {
    const pool = new FakePool(idleTimeout)
    await connect(pool)
    const request = new Request()

    request.run(() => pool.use())
    expect(request.waits).toHaveLength(1)
    expect(await settleTimes(request.waits)).toEqual([expected])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('counts from the last connection that came back, and asks each request once', async () => {
    const pool = new FakePool(1_000)
    await connect(pool)
    const [first, second] = [new Request(), new Request()]

    first.run(() => pool.use())
    await vi.advanceTimersByTimeAsync(600)
    first.run(() => pool.use())
    second.run(() => pool.use())
    expect([first.waits.length, second.waits.length]).toEqual([1, 1])
    expect(await settleTimes(first.waits)).toEqual([1_100])
    await expect(second.waits[0]).resolves.toBeUndefined()

    first.run(() => pool.use())
    expect(first.waits).toHaveLength(2)
  })

  it('waits no longer than there are connections', async () => {
    const pool = new FakePool(5_000)
    await connect(pool)
    const request = new Request()

    request.run(() => pool.use())
    pool.empty()
    await expect(request.waits[0]).resolves.toBeUndefined()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('waits no longer than a second before the deadline of the request', async () => {
    const pool = new FakePool(60_000)
    await connect(pool)
    const [short, late] = [new Request(Date.now() + 3_000), new Request(Date.now() + 50)]

    short.run(() => pool.use())
    late.run(() => pool.use())
    expect(await settleTimes([...short.waits, ...late.waits])).toEqual([2_000, 100])
  })

  it('keeps the time of each pool apart, which attachDatabasePool does not', async () => {
    vi.stubEnv('VERCEL_URL', 'app.vercel.app')
    vi.stubEnv('VERCEL_REGION', 'fra1')
    const waits = async (attachPool?: SuspendOptions['attachPool']): Promise<number[]> => {
      const [long, short] = [new FakePool(5_000), new FakePool(500)]
      const options = attachPool && { attachPool }
      await Promise.all([connect(long, options), connect(short, options)])
      const request = new Request()
      request.run(() => long.use())
      request.run(() => short.use())
      const startedAt = Date.now()
      const all = Promise.all(request.waits).then(() => Date.now() - startedAt)
      await vi.advanceTimersByTimeAsync(10_000)
      return [await all]
    }

    expect(await waits()).toEqual([5_100])
    expect(await waits(attachDatabasePool)).toEqual([600])
  })

  it('hands each pool over once, where that is asked for', async () => {
    const attachPool = vi.fn<(pool: object) => void>()
    const pool = new FakePool(500)
    await connect(pool, { attachPool })
    await connect(pool, { attachPool })
    const request = new Request()
    request.run(() => pool.use())

    expect(attachPool.mock.calls).toEqual([[pool]])
    expect(request.waits).toEqual([])
  })

  it('asks for time itself where the platform does not take the pool', async () => {
    const pool = Object.assign(new EventEmitter(), {
      totalConnections: () => 1,
      idleConnections: () => 1,
      taskQueueSize: () => 0,
    })
    await connect(pool, { attachPool: attachDatabasePool, idleTimeoutMs: 2_000 })
    const request = new Request()

    request.run(() => pool.emit('release'))
    expect(await settleTimes(request.waits)).toEqual([2_600])
  })

  it('uses the function that the caller provides', async () => {
    const waits: Array<Promise<unknown>> = []
    const pool = new FakePool(500)
    await connect(pool, { waitUntil: (promise) => waits.push(promise) })

    pool.use()
    expect(await settleTimes(waits)).toEqual([600])
  })

  it('does nothing outside of a request, and for a pool that keeps its connections', async () => {
    const warned = vi.spyOn(process, 'emitWarning')
    const [outside, keeping] = [new FakePool(500), new FakePool(0)]
    await Promise.all([connect(outside), connect(keeping)])
    const request = new Request()

    outside.use()
    request.run(() => keeping.use())
    expect(request.waits).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
    expect(warned).not.toHaveBeenCalled()
  })

  it('survives a function that throws, or rejects', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const throwing = (): never => {
      throw new Error('broken')
    }
    for (const waitUntil of [throwing, async () => throwing()]) {
      const pool = new FakePool(500)
      // oxlint-disable-next-line no-await-in-loop
      await connect(pool, { waitUntil })
      expect(() => pool.use()).not.toThrow()
    }
    await vi.runAllTimersAsync()

    expect(warned.mock.calls.map(([, options]) => options)).toMatchObject([
      { code: 'ONEPRISMA_HOOK_FAILED' },
      { code: 'ONEPRISMA_HOOK_FAILED' },
    ])
    warned.mockRestore()
  })

  it('refuses what is no adapter, and options of the wrong type', () => {
    const invalid = expect.objectContaining({ code: 'INVALID_OPTION' })
    expect(() => withSuspend({})).toThrow(invalid)
    expect(() => connect(new FakePool(1), { idleTimeoutMs: -1 })).toThrow(invalid)
    // @ts-expect-error -- What JavaScript may pass.
    expect(() => connect(new FakePool(1), { waitUntil: 'later' })).toThrow(invalid)
    // @ts-expect-error -- What JavaScript may pass.
    expect(() => connect(new FakePool(1), { attachPool: {} })).toThrow(invalid)
  })
})

describe('withSuspend, after a suspension', () => {
  let now = 0
  beforeEach(() => {
    now = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => now)
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  interface Connected {
    readonly pool: pg.Pool
    readonly adapter: { queryRaw(query: typeof READ): Promise<unknown> } & AsyncDisposable
  }

  /** An adapter on a pool of its own, with so many idle connections in it. */
  async function withIdle(connections: number, idleTimeoutMillis: number): Promise<Connected> {
    const pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 5, idleTimeoutMillis })
    const connected = await withSuspend(new PrismaPg(pool)).connect()
    const adapter = {
      queryRaw: (query: typeof READ) => connected.queryRaw(query),
      [Symbol.asyncDispose]: () => pool.end(),
    }
    await Promise.all(Array.from({ length: connections }, () => adapter.queryRaw(READ)))
    expect(pool.idleCount).toBe(connections)
    return { pool, adapter }
  }

  /** Counts the connections that a pool closes, and those that it opens. */
  function counted(pool: pg.Pool): { closed: number; opened: number } {
    const counts = { closed: 0, opened: 0 }
    pool.on('remove', () => counts.closed++)
    pool.on('connect', () => counts.opened++)
    return counts
  }

  it('trusts no connection that is older than the idle timeout, by the wall clock', async () => {
    const { pool, adapter } = await withIdle(3, 60_000)
    await using _ = adapter
    const counts = counted(pool)

    now += 60_000
    expect(await adapter.queryRaw(READ)).toMatchObject({ rows: [[1]] })
    expect(counts).toEqual({ closed: 3, opened: 1 })
    await adapter.queryRaw(READ)
    expect(counts).toEqual({ closed: 3, opened: 1 })
  })

  it('keeps connections over a shorter pause', async () => {
    const { pool, adapter } = await withIdle(2, 60_000)
    await using _ = adapter
    const counts = counted(pool)

    now += 59_999
    await adapter.queryRaw(READ)
    expect(counts).toEqual({ closed: 0, opened: 0 })
  })

  it('evicts once for all that is called at the same time', async () => {
    const { pool, adapter } = await withIdle(2, 60_000)
    await using _ = adapter
    const counts = counted(pool)

    now += 3_600_000
    await Promise.all([adapter.queryRaw(READ), adapter.queryRaw(READ)])
    expect(counts).toEqual({ closed: 2, opened: 2 })
  })
})
