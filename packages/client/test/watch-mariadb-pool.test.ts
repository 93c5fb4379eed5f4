import { AsyncLocalStorage } from 'node:async_hooks'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import mariadb from 'mariadb'
import callbacks from 'mariadb/callback'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { watchPool } from '../src/watch-pool.ts'
import { PoolRecorder } from './pool-recorder.ts'
import { mariaDbNote, runsMariaDb, startMariaDb, type MariaDb } from './start-mariadb.ts'

const sql = (text: string) => ({ sql: text, args: [], argTypes: [] })

describe.skipIf(!runsMariaDb)(`watchMariaDbPool${mariaDbNote}`, () => {
  let server: MariaDb
  // Where it could not be started, that is the error to show.
  let stop = async (): Promise<void> => {}
  beforeAll(async () => {
    server = await startMariaDb()
    stop = server.stop
  })
  afterAll(() => stop())

  const settings = (options: mariadb.PoolConfig): mariadb.PoolConfig => {
    const { host, port, user } = server
    // With no minimum, the pool of mariadb opens no connection at all.
    return { host, port, user, connectionLimit: 1, minimumIdle: 1, ...options }
  }

  /** A pool that is watched, and ended with the test. */
  function watched(options: mariadb.PoolConfig = {}) {
    const pool = mariadb.createPool(settings(options))
    const seen = new PoolRecorder()
    watchPool(pool, seen)
    onTestFinished(async () => {
      if (pool.closed) return
      // The connector leaves the error of a connection unhandled that it is just opening in place of
      // one that broke, if the server ends meanwhile.
      await expect.poll(() => pool.idleConnections()).toBe(pool.totalConnections())
      await expect.poll(() => pool.idleConnections()).toBeGreaterThan(0)
      await pool.end()
    })
    return { pool, seen }
  }

  it('tells of a connection that is opened, without the time, and of the wait for it', async () => {
    const { pool, seen } = watched()
    const askedAt = performance.now()

    const connection = await pool.getConnection()

    const elapsedMs = performance.now() - askedAt
    const [waitMs = NaN] = seen.of('acquired')
    expect(seen.names.toSorted()).toEqual(['acquired', 'opened'])
    expect(seen.of('opened')).toEqual([undefined])
    expect(waitMs).toBeGreaterThan(0)
    expect(elapsedMs).toBeGreaterThanOrEqual(waitMs)
    await connection.release()
  })

  it('tells how long a connection was used, and how long the next in the queue waited', async () => {
    const { pool, seen } = watched()
    const storage = new AsyncLocalStorage<string>()
    const contexts: Array<string | undefined> = []
    const holder = await pool.getConnection()
    const heldSince = performance.now()
    seen.acquired = function (ms: number) {
      contexts.push(storage.getStore())
      PoolRecorder.prototype.acquired.call(this, ms)
    }
    const waiting = storage.run('who waits', () => pool.getConnection())
    const queuedSince = performance.now()
    await holder.query('DO SLEEP(0.05)')

    const heldMs = performance.now() - heldSince
    const queuedMs = performance.now() - queuedSince
    await storage.run('who holds', () => holder.release())
    const connection = await waiting
    await connection.release()

    expect(seen.of('released')).toHaveLength(2)
    expect(seen.of('released')[0]).toBeGreaterThanOrEqual(heldMs)
    expect(seen.of('acquired')[1]).toBeGreaterThanOrEqual(queuedMs)
    expect(contexts).toEqual(['who waits'])
  })

  it('tells of who waited in vain', async () => {
    const { pool, seen } = watched({ acquireTimeout: 50 })
    const holder = await pool.getConnection()
    const askedAt = performance.now()

    await expect(pool.getConnection()).rejects.toMatchObject({ errno: 45_028 })

    const elapsedMs = performance.now() - askedAt
    const [waitMs = NaN] = seen.of('timedOut')
    expect(waitMs).toBeGreaterThan(0)
    expect(elapsedMs).toBeGreaterThanOrEqual(waitMs)
    expect(seen.of('acquired')).toHaveLength(1)
    await holder.release()
  })

  it('passes on other errors, and tells nothing of them', async () => {
    const { pool, seen } = watched()
    await pool.query('DO 1')
    await pool.end()

    await expect(pool.getConnection()).rejects.toMatchObject({ code: 'ER_POOL_ALREADY_CLOSED' })

    expect(seen.names).toEqual(['opened', 'released'])
  })

  it('tells that a connection broke, and of its use only if it came back', async () => {
    const { pool, seen } = watched({ connectionLimit: 2 })
    const [victim, other] = [await pool.getConnection(), await pool.getConnection()]

    await other.query(`KILL ${victim.threadId}`)
    await seen.hasClosed(1)
    await Promise.all([victim.release(), other.release()])

    expect(seen.reasons).toEqual(['lost'])
    expect(seen.of('closed')[0]).toBeGreaterThan(0)
    expect(seen.of('released')).toHaveLength(1)
  })

  it('tells that an idle connection broke', async () => {
    const { pool, seen } = watched()
    const connection = await pool.getConnection()
    const { threadId } = connection
    await connection.release()
    const { host, port, user } = server
    const admin = await mariadb.createConnection({ host, port, user })

    await admin.query(`KILL ${threadId}`)
    await seen.hasClosed(1)

    expect(seen.reasons).toEqual(['lost'])
    await admin.end()
  })

  it('tells a callback too, as the pool does', async () => {
    const pool = callbacks.createPool(settings({}))
    const seen = new PoolRecorder()
    const { length } = pool.getConnection
    watchPool(pool, seen)

    const connection = await new Promise<callbacks.PoolConnection>((resolve, reject) => {
      pool.getConnection((error, given) => {
        if (given) resolve(given)
        else reject(error)
      })
    })
    connection.release(() => {})
    await vi.waitUntil(() => seen.of('released').length === 1)

    expect(pool.getConnection).toHaveLength(length)
    expect(seen.of('acquired')).toHaveLength(1)
    await new Promise<void>((resolve) => pool.end(() => resolve()))
  })

  it('tells of the uses of an adapter of Prisma, and of the waits of its transactions', async () => {
    const { pool, seen } = watched({ connectionLimit: 3 })
    const adapter = await new PrismaMariaDb(pool).connect()
    const asked = seen.of('released').length

    await Promise.all(
      Array.from({ length: 5 }, async () => {
        await adapter.queryRaw(sql('SELECT 1'))
        const transaction = await adapter.startTransaction()
        await transaction.queryRaw(sql('SELECT 1'))
        await transaction.executeRaw(sql('COMMIT'))
        await transaction.commit()
      }),
    )

    expect(seen.of('acquired')).toHaveLength(5)
    expect(seen.of('released')).toHaveLength(asked + 10)
  })
})
