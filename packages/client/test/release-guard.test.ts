import { createRequire } from 'node:module'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { guardReleases } from '../src/release-guard.ts'

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
])('guardReleases on %s', (_, Pool, Client) => {
  let pool: pg.Pool
  let counter: { discarded: number }
  beforeEach(() => {
    pool = new Pool({ connectionString: inject('databaseUrl'), max: 1, Client })
    counter = { discarded: 0 }
    guardReleases(pool, counter)
  })
  afterEach(() => pool.end())

  it.each([['BEGIN'], ['BEGIN; SELECT 1'], ['BEGIN; SELECT 1 / 0']])(
    'closes a connection that comes back after %s',
    async (sql) => {
      const client = await pool.connect()
      const pid = await backend(client)
      await client.query(sql).catch(() => {})

      client.release()

      expect(pool.totalCount).toBe(0)
      expect(counter.discarded).toBe(1)
      expect(await backend(pool)).not.toBe(pid)
    },
  )

  it('closes a connection that a query of the pool leaves in a transaction', async () => {
    await pool.query('BEGIN')

    expect(pool.totalCount).toBe(0)
    expect(counter.discarded).toBe(1)
  })

  it('closes a connection that comes back with a query running', async () => {
    const client = await pool.connect()
    const running = client.query('SELECT pg_sleep(30)')

    client.release()

    await expect(running).rejects.toThrow('Connection terminated')
    expect(pool.totalCount).toBe(0)
    expect(counter.discarded).toBe(1)
  })

  it('closes a connection that comes back before the server tells how a failure leaves it', async () => {
    const client = await pool.connect()
    await client.query('BEGIN')

    const failure = await new Promise((resolve) => {
      client.query('SELECT 1 / 0', (error) => {
        client.release()
        resolve(error)
      })
    })

    expect(failure).toMatchObject({ message: 'division by zero' })
    expect(pool.totalCount).toBe(0)
    expect(counter.discarded).toBe(1)
  })

  it('keeps a connection whose transaction has ended, when it comes back inside the callback', async () => {
    const client = await pool.connect()
    const pid = await backend(client)
    await client.query('BEGIN')

    await new Promise<void>((resolve) => {
      client.query('COMMIT', () => {
        client.release()
        resolve()
      })
    })

    expect(await backend(pool)).toBe(pid)
    expect(counter.discarded).toBe(0)
  })

  it('keeps a new connection that comes back unused', async () => {
    await new Promise<void>((resolve, reject) => {
      pool.connect((error, client, release) => {
        release()
        if (client) resolve()
        else reject(error)
      })
    })

    expect(pool.totalCount).toBe(1)
    expect(counter.discarded).toBe(0)
  })

  it('does not count what the pool closes by itself', async () => {
    const failed = await pool.connect()
    await failed.query('BEGIN')
    failed.release(true)
    const broken = await pool.connect()
    broken.on('error', () => {})
    await broken.query('BEGIN')
    await expect(broken.query('SELECT pg_terminate_backend(pg_backend_pid())')).rejects.toThrow(
      'terminating connection',
    )
    await expect(broken.query('ROLLBACK')).rejects.toThrow(/terminated|not queryable/)
    broken.release()

    expect(pool.totalCount).toBe(0)
    expect(counter.discarded).toBe(0)
  })

  it('guards connections that were open before', async () => {
    const used = new Pool({ connectionString: inject('databaseUrl'), max: 1, Client })
    await used.query('SELECT 1')
    guardReleases(used, counter)

    await used.query('BEGIN')

    expect(counter.discarded).toBe(1)
    await used.end()
  })

  it('serves who waits with another connection', async () => {
    const client = await pool.connect()
    const pid = await backend(client)
    await client.query('BEGIN')
    const waiting = backend(pool)

    client.release()

    expect(await waiting).not.toBe(pid)
  })

  it('adds no listener when a connection is used again', async () => {
    await pool.query('SELECT 1')
    const before = await readyListeners(pool)

    for (let round = 0; round < 20; round++) await pool.query('SELECT 1')

    expect(await readyListeners(pool)).toBe(before)
  })
})

describe('guardReleases', () => {
  it('guards a pool once, also for another copy of this package; the last one counts', async () => {
    const pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 1 })
    const [first, second] = [{ discarded: 0 }, { discarded: 0 }]
    guardReleases(pool, first)
    vi.resetModules()
    const copy = await import('../src/release-guard.ts')
    copy.guardReleases(pool, second)

    await pool.query('BEGIN')

    expect(copy.guardReleases).not.toBe(guardReleases)
    expect(pool.listenerCount('release')).toBe(1)
    expect(pool.listenerCount('acquire')).toBe(1)
    expect([first.discarded, second.discarded]).toEqual([0, 1])
    await pool.end()
  })

  it('leaves other pools alone', () => {
    const other = new Map()

    guardReleases(other, { discarded: 0 })

    expect(Reflect.ownKeys(other)).toEqual([])
  })

  it.each([
    ['has no member of it', {}],
    [
      'does not support the question',
      {
        getTransactionStatus: () => {
          throw new Error('not supported')
        },
      },
    ],
  ])('does not throw into a pool whose client is not the one of pg, and %s', (_, client) => {
    const pool = new pg.Pool()
    guardReleases(pool, { discarded: 0 })

    const handOverAndBack = (): void => {
      pool.emit('acquire', client)
      pool.emit('release', undefined, client)
    }

    expect(handOverAndBack).not.toThrow()
  })
})

async function backend(client: pg.Pool | pg.ClientBase): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return rows[0]?.pid
}

async function readyListeners(pool: pg.Pool): Promise<number> {
  const client = await pool.connect()
  const count = client.connection.listenerCount('readyForQuery')
  client.release()
  return count
}
