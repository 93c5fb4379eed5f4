import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer, type AddressInfo } from 'node:net'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { evictIdle } from '../src/evict-idle.ts'
import { guardReleases } from '../src/release-guard.ts'
import { Thaw } from '../src/thaw.ts'
import { watchPool } from '../src/watch-pool.ts'
import { PoolRecorder } from './pool-recorder.ts'

type Pg = typeof pg

const require = createRequire(import.meta.url)
const pg816: Pg = require('pg-8-16')
const pg820: Pg = require('pg-8-20')
const pg821: Pg = require('pg-8-21')
const pgPool310: Pg['Pool'] = require('pg-pool-3-10')

describe.each<[string, Pg['Pool'], Pg['Client']]>([
  ['pg 8.16.3 with pg-pool 3.10.1', pgPool310, pg816.Client],
  ['pg 8.16.3', pg816.Pool, pg816.Client],
  ['pg 8.20.0', pg820.Pool, pg820.Client],
  ['pg 8.21.0', pg821.Pool, pg821.Client],
  ['the newest pg', pg.Pool, pg.Client],
])('watchPgPool on %s', (_, Pool, Client) => {
  /** A pool that is watched, and ended with the test. */
  function watched(options: pg.PoolConfig = {}): { pool: pg.Pool; seen: PoolRecorder } {
    const pool = new Pool({ connectionString: inject('databaseUrl'), max: 1, ...options, Client })
    pool.on('error', () => {})
    const seen = new PoolRecorder()
    watchPool(pool, seen)
    onTestFinished(async () => {
      if (!pool.ending) await pool.end()
    }, 5_000)
    return { pool, seen }
  }

  it('tells of a connection that is opened for the one who asks', async () => {
    const { pool, seen } = watched()
    const askedAt = performance.now()

    const client = await pool.connect()

    const elapsedMs = performance.now() - askedAt
    const [createMs = NaN] = seen.of('opened')
    const [waitMs = NaN] = seen.of('acquired')
    expect(seen.names).toEqual(['opened', 'acquired'])
    expect(createMs).toBeGreaterThan(0)
    expect(waitMs).toBeGreaterThanOrEqual(createMs)
    expect(elapsedMs).toBeGreaterThanOrEqual(waitMs)
    client.release()
  })

  it('tells of a connection that was free', async () => {
    const { pool, seen } = watched()
    await pool.query('SELECT 1')

    await pool.query('SELECT 1')

    expect(seen.names).toEqual(['opened', 'acquired', 'released', 'acquired', 'released'])
  })

  it('tells how long a connection was used, and how long the next in the queue waited', async () => {
    const { pool, seen } = watched()
    const holder = await pool.connect()
    const heldSince = performance.now()
    const waiting = pool.query('SELECT 1')
    const queuedSince = performance.now()
    await holder.query('SELECT pg_sleep(0.05)')

    const heldMs = performance.now() - heldSince
    const queuedMs = performance.now() - queuedSince
    holder.release()
    await waiting

    expect(seen.names).toEqual(['opened', 'acquired', 'released', 'acquired', 'released'])
    expect(seen.of('released')[0]).toBeGreaterThanOrEqual(heldMs)
    expect(seen.of('acquired')[1]).toBeGreaterThanOrEqual(queuedMs)
  })

  it('tells of who waited in vain, and not of the connection that comes back later', async () => {
    const { pool, seen } = watched()
    const holder = await pool.connect()
    pool.options.connectionTimeoutMillis = 50
    const askedAt = performance.now()

    await expect(pool.connect()).rejects.toThrow('timeout exceeded when trying to connect')

    const elapsedMs = performance.now() - askedAt
    holder.release()
    const [waitMs = NaN] = seen.of('timedOut')
    expect(seen.names).toEqual(['opened', 'acquired', 'timedOut', 'released'])
    expect(waitMs).toBeGreaterThan(0)
    expect(elapsedMs).toBeGreaterThanOrEqual(waitMs)
  })

  it('tells of who waited in vain for a server that does not answer', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    // It listens on TCP, so that its address has a port.
    const { port } = silent.address() as AddressInfo
    onTestFinished(() => void silent.close())
    const { pool, seen } = watched({
      connectionString: `postgres://127.0.0.1:${port}/none`,
      connectionTimeoutMillis: 50,
    })

    await expect(pool.query('SELECT 1')).rejects.toThrow('connection timeout')

    expect(seen.names).toEqual(['timedOut'])
  })

  it('tells nothing of a connection that cannot be opened, and passes the error on', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    closed.close()
    await once(closed, 'close')
    const { pool, seen } = watched({ connectionString: `postgres://127.0.0.1:${port}/none` })

    await expect(pool.query('SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await expect(pool.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' })

    expect(seen.names).toEqual([])
  })

  it('does not know how long it took to open a connection for one who was in the queue', async () => {
    const { pool, seen } = watched()
    const broken = await pool.connect()
    const waiting = pool.connect()

    broken.release(true)
    const client = await waiting

    expect(seen.names).toEqual(['opened', 'acquired', 'released', 'closed', 'opened', 'acquired'])
    expect(seen.of('opened')[1]).toBeUndefined()
    client.release()
  })

  it.each([
    ['and not its lifetime', { maxLifetimeSeconds: 60, maxUses: 2 }],
    ['with no lifetime', {}],
  ])('tells that a connection was idle for too long, %s', async (__, limits) => {
    const { pool, seen } = watched({ idleTimeoutMillis: 10, ...limits })
    const since = performance.now()
    await pool.query('SELECT 1')

    await seen.hasClosed(1)

    const [ageMs = NaN] = seen.of('closed')
    expect(seen.reasons).toEqual(['idle'])
    expect(ageMs).toBeGreaterThan(seen.of('released')[0] ?? NaN)
    expect(performance.now() - since).toBeGreaterThanOrEqual(ageMs)
  })

  it('tells that the lifetime of an idle connection has passed', async () => {
    const { pool, seen } = watched({ idleTimeoutMillis: 0, maxLifetimeSeconds: 0.05 })
    await pool.query('SELECT 1')

    await seen.hasClosed(1)

    expect(seen.names).toEqual(['opened', 'acquired', 'released', 'closed'])
    expect(seen.reasons).toEqual(['lifetime'])
  })

  it('tells that the lifetime of a connection has passed in use', async () => {
    const { pool, seen } = watched({ idleTimeoutMillis: 0, maxLifetimeSeconds: 0.05 })
    const client = await pool.connect()
    await vi.waitUntil(() => pool.expiredCount === 1)

    client.release()
    await seen.hasClosed(1)

    expect(seen.reasons).toEqual(['lifetime'])
  })

  it('tells that a connection was used as often as it may be', async () => {
    const { pool, seen } = watched({ maxUses: 2 })

    await pool.query('SELECT 1')
    await pool.query('SELECT 1')
    await seen.hasClosed(1)

    expect(seen.names).toEqual(['opened', 'acquired', 'released', 'acquired', 'released', 'closed'])
    expect(seen.reasons).toEqual(['uses'])
  })

  it('tells that an idle connection was lost', async () => {
    const { pool, seen } = watched()
    const pid = await backend(pool)

    await terminate(pid)
    await seen.hasClosed(1)

    expect(seen.reasons).toEqual(['lost'])
  })

  it('tells that a connection was lost in use', async () => {
    const { pool, seen } = watched()
    const client = await pool.connect()
    client.on('error', () => {})
    const pid = await backend(client)
    const failed = once(client, 'error')
    await terminate(pid)
    await failed

    client.release()
    await seen.hasClosed(1)

    expect(seen.names).toEqual(['opened', 'acquired', 'released', 'closed'])
    expect(seen.reasons).toEqual(['lost'])
  })

  it('tells that a connection failed when it comes back with an error, also of a query', async () => {
    const { pool, seen } = watched()
    const client = await pool.connect()

    client.release(new Error('it is broken'))
    await expect(pool.query('SELECT 1 / 0')).rejects.toThrow('division by zero')
    await seen.hasClosed(2)

    expect(seen.reasons).toEqual(['failed', 'failed'])
  })

  it('tells that a new connection was refused by the check of the pool', async () => {
    const refuse = (_client: pg.PoolClient, done: (error: Error) => void): void => {
      done(new Error('it is not good enough'))
    }
    const { pool, seen } = watched({ verify: refuse })

    await expect(pool.connect()).rejects.toThrow('not good enough')
    await seen.hasClosed(1)

    expect(seen.names).toEqual(['opened', 'closed'])
    expect(seen.reasons).toEqual(['failed'])
  })

  it('tells that a connection came back inside of a transaction', async () => {
    const { pool, seen } = watched()
    guardReleases(pool, { discarded: 0 })
    const client = await pool.connect()
    await client.query('BEGIN')

    client.release()
    await seen.hasClosed(1)

    expect(seen.names).toEqual(['opened', 'acquired', 'released', 'closed'])
    expect(seen.reasons).toEqual(['left_open'])
  })

  it('tells that the process was frozen', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    onTestFinished(() => void vi.useRealTimers())
    const { pool, seen } = watched({ max: 2 })
    const thaw = new Thaw(pool, 10_000)
    await pool.query('SELECT 1')

    vi.setSystemTime(Date.now() + 10_000)
    await thaw.before()
    await seen.hasClosed(1)

    expect(seen.reasons).toEqual(['stale'])
  })

  it('tells that a server no longer writes', async () => {
    const { pool, seen } = watched()
    await pool.query('SELECT 1')

    await evictIdle(pool)
    await seen.hasClosed(1)

    expect(seen.reasons).toEqual(['read_only'])
  })

  it('tells that the pool was closed', async () => {
    const { pool, seen } = watched({ max: 2, maxLifetimeSeconds: 0.5 })
    const [idle, used] = await Promise.all([pool.connect(), pool.connect()])
    idle.release()

    const ended = pool.end()
    used.release()
    await ended
    await seen.hasClosed(2)

    expect(seen.reasons).toEqual(['drain', 'drain'])
  })

  it('tells why a connection was closed that still closes when the pool begins to', async () => {
    const { pool, seen } = watched({ max: 2 })
    guardReleases(pool, { discarded: 0 })
    const [leftOpen, broken] = await Promise.all([pool.connect(), pool.connect()])
    await leftOpen.query('BEGIN')

    leftOpen.release()
    broken.release(true)
    await pool.end()
    await seen.hasClosed(2)

    expect(new Set(seen.reasons)).toEqual(new Set(['left_open', 'failed']))
  })

  it('tells who asked, whoever gave the connection back', async () => {
    const { pool } = watched()
    const storage = new AsyncLocalStorage<string>()
    const contexts: unknown[] = []
    const listener = new PoolRecorder()
    listener.asker = () => storage.getStore()
    listener.acquired = (_ms, asker) => contexts.push(asker)
    const holder = await pool.connect()
    watchPool(pool, listener)
    const asked = storage.run('a promise', () => pool.connect())
    const queried = storage.run('a query', () => pool.query('SELECT 1'))
    const answered = storage.run(
      'a callback',
      () =>
        new Promise<void>((resolve) => {
          pool.connect((_error, _client, release) => {
            release()
            resolve()
          })
        }),
    )

    storage.run('the holder', () => holder.release())
    storage.run('the second', (client) => client.release(), await asked)
    await Promise.all([queried, answered])

    expect(contexts).toEqual(['a promise', 'a query', 'a callback'])
  })

  it('tells who waited in vain', async () => {
    const { pool } = watched()
    const storage = new AsyncLocalStorage<string>()
    const contexts: unknown[] = []
    const listener = new PoolRecorder()
    listener.asker = () => storage.getStore()
    listener.timedOut = (_ms, asker) => contexts.push(asker)
    watchPool(pool, listener)
    const holder = await pool.connect()
    pool.options.connectionTimeoutMillis = 10

    const asked = storage.run('a promise', () => pool.connect())
    const queried = storage.run('a query', () => pool.query('SELECT 1'))
    await expect(asked).rejects.toThrow('timeout exceeded')
    await expect(queried).rejects.toThrow('timeout exceeded')

    expect(new Set(contexts)).toEqual(new Set(['a promise', 'a query']))
    holder.release()
  })

  it('counts what the server counts', async () => {
    const name = `watched-${crypto.randomUUID()}`
    const { pool, seen } = watched({
      max: 4,
      application_name: name,
      maxUses: 7,
      idleTimeoutMillis: 20,
    })
    guardReleases(pool, { discarded: 0 })
    const work = Array.from({ length: 60 }, async (__, index) => {
      if (index % 10 === 3) await pool.query('SELECT 1 / 0')
      else if (index % 10 === 5) await pool.query('BEGIN')
      else if (index % 10 === 7) await pool.query('SELECT pg_terminate_backend(pg_backend_pid())')
      else await pool.query('SELECT 1')
    })
    await Promise.allSettled(work)
    const kept = await pool.connect()
    await vi.waitUntil(() => pool.totalCount === 1)
    await seen.hasClosed(seen.of('opened').length - 1)

    expect(seen.of('acquired')).toHaveLength(61)
    expect(seen.of('released')).toHaveLength(60)
    await vi.waitFor(async () => expect(await sessions(name)).toBe(1))
    kept.release()
  })

  it('keeps what the pool returns and throws', async () => {
    const { pool } = watched()
    const original = new Pool()
    const callback = vi.fn<(...results: unknown[]) => void>()

    const returned = pool.connect(callback)
    await vi.waitUntil(() => callback.mock.calls.length > 0)
    const [error, client, release] = callback.mock.calls[0] ?? []

    expect([pool.connect.name, pool.connect.length]).toEqual([
      original.connect.name,
      original.connect.length,
    ])
    expect(Object.keys(pool)).not.toContain('connect')
    expect(returned).toBeUndefined()
    expect(error).toBeUndefined()
    expect(client).toBeInstanceOf(Client)
    // It is what the pool gave.
    ;(release as () => void)()
    expect(release).toThrow('already been released')
    await pool.end()
    await expect(pool.connect()).rejects.toThrow('Cannot use a pool after calling end')
    pool.connect(callback)
    expect(callback.mock.lastCall).toMatchObject([{ message: expect.stringContaining('end') }])
  })
})

async function backend(client: pg.Pool | pg.ClientBase): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return rows[0]?.pid
}

/** Asks the server, on a connection of its own. */
async function ask(sql: string, value: unknown): Promise<unknown> {
  const admin = new pg.Client(inject('databaseUrl'))
  await admin.connect()
  try {
    const { rows } = await admin.query<{ answer: unknown }>(sql, [value])
    return rows[0]?.answer
  } finally {
    await admin.end()
  }
}

async function terminate(pid: number | undefined): Promise<void> {
  await ask('SELECT pg_terminate_backend($1) AS answer', pid)
}

/** How many sessions of this application the server has. */
async function sessions(application: string): Promise<unknown> {
  const sql = 'SELECT count(*)::int AS answer FROM pg_stat_activity WHERE application_name = $1'
  return ask(sql, application)
}
