import { AsyncLocalStorage } from 'node:async_hooks'
import { EventEmitter, once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { watchPool } from '../src/watch-pool.ts'
import { PoolRecorder } from './pool-recorder.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'

/** The part of the generated client that the tests use. */
interface RawClient {
  $queryRawUnsafe(sql: string): Promise<unknown>
  $transaction<Result>(run: (tx: RawClient) => Promise<Result>): Promise<Result>
  $disconnect(): Promise<void>
}

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => RawClient

const sql = (text: string) => ({ sql: text, args: [], argTypes: [] })

/** A pool of the shape of pg's: the test decides what it answers, and when. */
class AnsweringPool extends EventEmitter {
  readonly options = { maxUses: 3 }
  readonly idleCount = 0
  readonly waitingCount = 0
  ending = false
  totalCount = 0
  answer: (error?: unknown, connection?: object) => void = () => {}

  /** Opens a connection for whoever asks. */
  connect(answer: (error?: unknown, connection?: object) => void): string {
    this.totalCount++
    this.answer = answer
    return 'what it returns'
  }
}

/** A pool of the shape of mariadb's. */
class MariaDbShape extends EventEmitter {
  readonly totalConnections = (): number => 1
  readonly taskQueueSize = (): number => 0
  readonly getConnection = (): Promise<object> => Promise.resolve({})
}

/** A pool of pg that is ended with the test. */
function newPool(options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 1, ...options })
  onTestFinished(async () => {
    if (!pool.ending) await pool.end()
  }, 5_000)
  return pool
}

describe('watchPool', () => {
  it('tells exact durations', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const pool = new AnsweringPool()
    const seen = new PoolRecorder()
    const connection = {}
    watchPool(pool, seen)
    vi.advanceTimersByTime(1_000)

    const returned = pool.connect(() => {})
    vi.advanceTimersByTime(30)
    pool.emit('connect', connection)
    vi.advanceTimersByTime(5)
    pool.answer(undefined, connection)
    vi.advanceTimersByTime(200)
    pool.emit('release', undefined, connection)
    vi.advanceTimersByTime(4_000)
    pool.emit('remove', connection)

    expect(returned).toBe('what it returns')
    expect(seen.events).toEqual([
      { name: 'opened', ms: 30 },
      { name: 'acquired', ms: 35 },
      { name: 'released', ms: 200 },
      { name: 'closed', reason: 'idle', ms: 4_205 },
    ])
  })

  it('tells only of what the pool has done for somebody', () => {
    const pool = new AnsweringPool()
    const seen = new PoolRecorder()
    const connection = {}
    watchPool(pool, seen)

    pool.emit('connect', connection)
    pool.emit('acquire', connection)
    pool.emit('release', undefined, connection)
    pool.emit('remove', connection)

    expect(seen.names).toEqual(['opened', 'closed'])
  })

  it('counts the age of a connection that is older than the watch from its beginning', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const pool = new AnsweringPool()
    const seen = new PoolRecorder()
    watchPool(pool, seen)

    vi.advanceTimersByTime(70)
    pool.emit('remove', {})

    expect(seen.events).toEqual([{ name: 'closed', reason: 'idle', ms: 70 }])
  })

  it('keeps nothing of connections, whatever became of them', async () => {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const pool = new AnsweringPool()
    watchPool(pool, new PoolRecorder())
    const open = (): WeakRef<object> => {
      const connection = {}
      pool.connect(() => {})
      pool.emit('connect', connection)
      pool.answer(undefined, connection)
      pool.answer = () => {}
      return new WeakRef(connection)
    }

    const gone = open()
    await new Promise((resolve) => setImmediate(resolve))
    collect()

    expect(gone.deref()).toBeUndefined()
  })

  it('prepares a pool once, also for another copy of this package', async () => {
    const pool = newPool()
    const [first, second] = [new PoolRecorder(), new PoolRecorder()]
    watchPool(pool, first)
    const { connect } = pool
    vi.resetModules()
    const copy = await import('../src/watch-pool.ts')

    copy.watchPool(pool, second)
    await pool.query('SELECT 1')

    expect(copy.watchPool).not.toBe(watchPool)
    expect(pool.connect).toBe(connect)
    expect(['connect', 'release', 'remove'].map((event) => pool.listenerCount(event))).toEqual([
      1, 1, 1,
    ])
    expect(first.names).toEqual(['opened', 'acquired', 'released'])
    expect(second.events).toEqual(first.events)
  })

  it('stops to tell one of several, each by its own', async () => {
    const pool = newPool()
    const [gone, left, twice] = [new PoolRecorder(), new PoolRecorder(), new PoolRecorder()]
    const stop = watchPool(pool, gone)
    const stopOne = watchPool(pool, twice)
    watchPool(pool, twice)
    watchPool(pool, left)

    stop()
    stop()
    stopOne()
    await pool.query('SELECT 1')

    expect(gone.names).toEqual([])
    expect(twice.names).toEqual(['opened', 'acquired', 'released'])
    expect(left.names).toEqual(['opened', 'acquired', 'released'])
  })

  it('begins again after nobody listened', async () => {
    const pool = newPool()
    const seen = new PoolRecorder()
    watchPool(pool, seen)()
    await pool.query('SELECT 1')
    watchPool(pool, seen)

    await pool.query('SELECT 1')

    expect(seen.names).toEqual(['acquired', 'released'])
  })

  it('does not stand between a pool and who asks it while nobody listens', async () => {
    const pool = newPool()
    const given = pool.connect()
    pool.connect = () => given
    watchPool(pool, new PoolRecorder())()

    const asked = pool.connect()

    expect(asked).toBe(given)
    const client = await asked
    client.release()
  })

  it('does not tell that a connection came back that was got while nobody listened', async () => {
    const pool = newPool()
    const seen = new PoolRecorder()
    watchPool(pool, seen)()
    await pool.query('SELECT 1')
    const client = await pool.connect()
    watchPool(pool, seen)

    client.release()

    expect(seen.names).toEqual([])
  })

  it('lets no listener break a query, or the other listeners', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    onTestFinished(() => warned.mockRestore())
    const pool = newPool({ maxUses: 1 })
    const seen = new PoolRecorder()
    const fail = (): never => {
      throw new TypeError('the listener fails')
    }
    const failing = {
      asker: fail,
      opened: fail,
      acquired: fail,
      timedOut: fail,
      released: fail,
      closed: fail,
    }
    watchPool(pool, failing)
    watchPool(pool, seen)

    const { rowCount } = await pool.query('SELECT 1')
    const client = await pool.connect()
    client.release()
    await seen.hasClosed(2)

    const told = ['opened', 'acquired', 'released', 'closed']
    const failed = ['asker', ...told]
    expect(rowCount).toBe(1)
    expect(seen.names).toEqual([...told, ...told])
    // In no certain order: connections close when they like.
    const inOrder = (texts: unknown[]): string[] =>
      texts.map(String).toSorted((one, other) => (one < other ? -1 : 1))
    expect(inOrder(warned.mock.calls.map(([message]) => message))).toEqual(
      inOrder(
        [...failed, ...failed].map(
          (name) => `The callback \`${name}\` failed with TypeError, and was ignored.`,
        ),
      ),
    )
  })

  it('calls a listener as its method', async () => {
    const pool = newPool()
    const listener = {
      waits: 0,
      asker: () => undefined,
      opened: () => {},
      acquired() {
        this.waits++
      },
      timedOut: () => {},
      released: () => {},
      closed: () => {},
    }
    watchPool(pool, listener)

    await pool.query('SELECT 1')

    expect(listener.waits).toBe(1)
  })

  it('leaves an error that nobody handles to the process', async () => {
    const pool = newPool({ connectionString: 'postgres://127.0.0.1:1/none' })
    watchPool(pool, new PoolRecorder())
    const others = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    onTestFinished(() => {
      for (const other of others) process.on('unhandledRejection', other)
    })

    void pool.connect()
    const [reason] = await once(process, 'unhandledRejection')

    expect(reason).toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('does not make a pool survive an error that nobody handles', () => {
    const pool = newPool()

    watchPool(pool, new PoolRecorder())

    expect(pool.listenerCount('error')).toBe(0)
  })

  it('tells exact durations of a pool of mariadb', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const pool = new MariaDbShape()
    const seen = new PoolRecorder()
    const connection = new EventEmitter()
    watchPool(pool, seen)

    pool.emit('connection', connection)
    vi.advanceTimersByTime(10)
    pool.emit('acquire', connection)
    vi.advanceTimersByTime(200)
    pool.emit('release', connection)
    vi.advanceTimersByTime(3_000)
    connection.emit('error', new Error('it broke'))

    expect(seen.events).toEqual([
      { name: 'opened', ms: undefined },
      { name: 'released', ms: 200 },
      { name: 'closed', reason: 'lost', ms: 3_210 },
    ])
  })

  it('tells once of a connection that is given back twice to a pool of mariadb', () => {
    const pool = new MariaDbShape()
    const seen = new PoolRecorder()
    const connection = new EventEmitter()
    watchPool(pool, seen)

    pool.emit('acquire', connection)
    pool.emit('release', connection)
    pool.emit('release', connection)

    expect(seen.names).toEqual(['released'])
  })

  it.each([
    ['an unknown one', new Map()],
    ['one of mssql', { size: 1, available: 1, pending: 0 }],
    ['one of mariadb without its methods', { totalConnections: 1, taskQueueSize: 1 }],
    ['one of pg without its methods', { totalCount: 1, waitingCount: 0, options: {} }],
  ])('leaves other pools alone: %s', (_, other) => {
    const before = Reflect.ownKeys(other)

    const stop = watchPool(other, new PoolRecorder())
    stop()

    expect(Reflect.ownKeys(other)).toEqual(before)
  })
})

describe('watchPool under an adapter of Prisma', () => {
  async function connect(max: number) {
    const pool = newPool({ max })
    const seen = new PoolRecorder()
    watchPool(pool, seen)
    return { pool, seen, adapter: await new PrismaPg(pool).connect() }
  }

  it('tells of each statement and each transaction once', async () => {
    const { pool, seen, adapter } = await connect(3)
    const query = async (text: string): Promise<void> => {
      await adapter.queryRaw(sql(text)).catch(() => {})
    }
    const transact = async (end: 'commit' | 'rollback'): Promise<void> => {
      const transaction = await adapter.startTransaction()
      await transaction.queryRaw(sql('SELECT 1'))
      await transaction.executeRaw(sql(end.toUpperCase()))
      await transaction[end]()
    }

    await Promise.all(
      Array.from({ length: 10 }, async () => {
        await Promise.all([query('SELECT 1'), transact('commit'), query('SELECT 1 / 0')])
        await Promise.all([transact('rollback'), query('SELECT 2')])
      }),
    )
    await seen.hasClosed(10)

    expect(seen.of('acquired')).toHaveLength(50)
    expect(seen.of('released')).toHaveLength(50)
    expect(seen.reasons).toEqual(Array.from({ length: 10 }, () => 'failed'))
    expect(seen.of('opened').length - seen.of('closed').length).toBe(pool.totalCount)
  })

  it('tells that a query waited for as long as a transaction held the connection', async () => {
    const { seen, adapter } = await connect(1)
    const storage = new AsyncLocalStorage<string>()
    const contexts: unknown[] = []
    const transaction = await adapter.startTransaction()
    seen.asker = () => storage.getStore()
    seen.acquired = function (ms: number, asker: unknown) {
      contexts.push(asker)
      PoolRecorder.prototype.acquired.call(this, ms)
    }
    const waiting = storage.run('who waits', () => adapter.queryRaw(sql('SELECT 1')))
    const queuedSince = performance.now()
    await transaction.queryRaw(sql('SELECT 1 FROM pg_sleep(0.05)'))
    await transaction.executeRaw(sql('COMMIT'))

    const queuedMs = performance.now() - queuedSince
    await storage.run('who holds', () => transaction.commit())
    await waiting

    expect(seen.names).toEqual(['opened', 'acquired', 'released', 'acquired', 'released'])
    expect(seen.of('acquired')[1]).toBeGreaterThanOrEqual(queuedMs)
    expect(contexts).toEqual(['who waits'])
  })

  it('tells of what a client of Prisma does, in the context of each request', async () => {
    const pool = newPool({ max: 1 })
    const seen = new PoolRecorder()
    watchPool(pool, seen)
    const client = new PrismaClient({ adapter: new PrismaPg(pool) })
    const storage = new AsyncLocalStorage<string>()
    const contexts: unknown[] = []
    seen.asker = () => storage.getStore()
    seen.acquired = function (ms: number, asker: unknown) {
      contexts.push(asker)
      PoolRecorder.prototype.acquired.call(this, ms)
    }
    const requests = Array.from({ length: 10 }, (_, index) => `request ${index}`)

    await Promise.all(
      requests.map((request, index) =>
        storage.run(request, async () => {
          if (index % 2 === 0) await client.$queryRawUnsafe('SELECT 1')
          else await client.$transaction((tx) => tx.$queryRawUnsafe('SELECT 1'))
        }),
      ),
    )
    await client.$disconnect()

    expect(contexts).toHaveLength(10)
    expect(new Set(contexts)).toEqual(new Set(requests))
    expect(seen.of('opened')).toHaveLength(1)
    expect(seen.of('released')).toHaveLength(10)
  })
})
