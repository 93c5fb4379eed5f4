import { createRequire } from 'node:module'
import pg from 'pg'
import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { closeConnection, FleetPool, isGatedPool, type GatedPool } from '../src/fleet-pool.ts'

type Pg = typeof pg

const require = createRequire(import.meta.url)
const pg816: Pg = require('pg-8-16')
const pg820: Pg = require('pg-8-20')
const pgPool310: Pg['Pool'] = require('pg-pool-3-10')

const pools = new Set<pg.Pool>()
afterEach(async () => {
  await Promise.all([...pools].map((pool) => pool.end()))
  pools.clear()
})

describe.each<[string, Pg['Pool'], Pg['Client']]>([
  ['pg 8.16.3 with pg-pool 3.10.1', pgPool310, pg816.Client],
  ['pg 8.16.3', pg816.Pool, pg816.Client],
  ['pg 8.20.0', pg820.Pool, pg820.Client],
  ['the newest pg', pg.Pool, pg.Client],
])('FleetPool on %s', (_, Pool, Client) => {
  function gated(options: pg.PoolConfig = {}) {
    const pool = new Pool({ connectionString: inject('databaseUrl'), max: 3, Client, ...options })
    pools.add(pool)
    const events = {
      asked: vi.fn<() => void>(),
      released: vi.fn<(client: object, error: unknown) => void>(),
      removed: vi.fn<(client: object | undefined) => void>(),
    }
    // It is a pool of pg.
    const fleet = new FleetPool(pool as unknown as GatedPool, 10_000, events)
    return { pool, fleet, events }
  }

  it('knows the pool', () => {
    expect(isGatedPool(new Pool())).toBe(true)
  })

  it('opens no connection of itself, and gives one to whoever waits', async () => {
    const { pool, fleet, events } = gated()
    const query = pool.query('SELECT 1 AS one')
    const client = pool.connect()
    await new Promise((resolve) => setImmediate(resolve))
    expect([pool.totalCount, fleet.waiting]).toEqual([0, 2])
    expect(events.asked).toHaveBeenCalledTimes(2)

    ;(await fleet.open())?.release()

    expect((await query).rows).toEqual([{ one: 1 }])
    ;(await client).release()
    expect(pool.totalCount).toBe(1)
  })

  it('opens none where one is idle', async () => {
    const { pool, fleet } = gated()
    ;(await fleet.open())?.release()

    expect(fleet.open()).toBeUndefined()
    expect(pool.totalCount).toBe(1)
  })

  it('opens one for nobody else, also while it opens', async () => {
    const { pool, fleet } = gated()
    const opened = fleet.open()
    const waiting = pool.connect()

    expect([pool.totalCount, fleet.waiting]).toEqual([1, 1])
    ;(await opened)?.release()
    ;(await waiting).release()
  })

  it('opens none in place of one that was closed', async () => {
    const { pool, fleet } = gated()
    const [one, other] = [await fleet.open(), await fleet.open()]
    other?.release()
    const held = await pool.connect()
    const waiting = pool.connect()

    one?.release(true)
    await vi.waitFor(() => expect(pool.totalCount).toBe(1))

    expect(fleet.waiting).toBe(1)
    held.release()
    ;(await waiting).release()
  })

  it('borrows a connection before anybody who waits, and is not counted among them', async () => {
    const { pool, fleet } = gated()
    const client = await fleet.open()
    const order: string[] = []
    const waiting = pool.connect().then((one) => {
      order.push('waiting')
      one.release()
      return one
    })
    const borrowed = fleet.borrow().then((one) => {
      order.push('borrowed')
      one?.release()
      return one
    })
    expect([pool.waitingCount, fleet.waiting]).toEqual([2, 1])

    client?.release()
    await Promise.all([waiting, borrowed])

    expect(order).toEqual(['borrowed', 'waiting'])
    expect(pool.totalCount).toBe(1)
  })

  it('borrows nothing where no connection is open, and none where the last one is closed', async () => {
    const { pool, fleet } = gated({ connectionTimeoutMillis: 60_000 })
    expect(await fleet.borrow()).toBeUndefined()
    const client = await fleet.open()
    const borrowed = [fleet.borrow(), fleet.borrow()]
    const waiting = pool.connect()
    expect(fleet.waiting).toBe(1)

    client?.release(true)

    expect(await Promise.all(borrowed)).toEqual([undefined, undefined])
    expect([fleet.waiting, pool.waitingCount]).toEqual([1, 1])
    ;(await fleet.open())?.release()
    ;(await waiting).release()
  })

  it('tells of what others do, and not of what it does itself', async () => {
    const { pool, fleet, events } = gated()
    const client = await fleet.open()
    expect(fleet.used).toBe(0)
    client?.release()
    const used = await pool.connect()
    expect(fleet.used).toBe(1)
    const error = new Error('it is broken')

    used.release(error)
    await vi.waitFor(() => expect(events.removed).toHaveBeenCalledWith(used))

    expect(events.released.mock.calls).toEqual([[used, error]])
  })

  it('survives that the server ends a connection in hand, and leaves no listener on it', async () => {
    const { pool, fleet } = gated()
    const client = await fleet.open()
    const emitter = client as unknown as pg.Client
    const ended = new Promise((resolve) => emitter.once('end', resolve))

    await Promise.allSettled([
      emitter.query('SELECT pg_terminate_backend(pg_backend_pid())'),
      ended,
    ])

    await expect(emitter.query('SELECT 1')).rejects.toThrow('not queryable')
    client?.release()
    expect(pool.totalCount).toBe(0)
  })

  it('leaves as many listeners on a connection as the pool does', async () => {
    const { fleet } = gated()
    const client = await fleet.open()
    client?.release()
    const emitter = client as unknown as pg.Client

    for (let round = 0; round < 3; round++) {
      // oxlint-disable-next-line no-await-in-loop
      ;(await fleet.borrow())?.release()
    }

    expect(emitter.listenerCount('error')).toBe(1)
  })

  it('fails those who wait, and leaves none of their timers', async () => {
    const { pool, fleet } = gated({ connectionTimeoutMillis: 60_000 })
    const waiting = [pool.query('SELECT 1'), pool.connect()]

    fleet.fail(new Error('no server'))

    expect(await Promise.allSettled(waiting)).toMatchObject([
      { reason: { message: 'no server' } },
      { reason: { message: 'no server' } },
    ])
    expect(fleet.waiting).toBe(0)
  })

  it('closes a connection in hand, and keeps the others', async () => {
    const { pool, fleet } = gated()
    const [one, other] = [await fleet.open(), await fleet.open()]
    const removed = new Promise((resolve) => pool.once('remove', resolve))
    expect(fleet.used).toBe(0)

    if (one !== undefined) closeConnection(one, 'given_back')
    other?.release()

    expect(await removed).toBe(one)
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1])
  })

  it('bounds what has no bound, and shortens what lasts too long', () => {
    const { pool } = gated({ idleTimeoutMillis: 0, min: 2 })
    const { pool: short } = gated({ idleTimeoutMillis: 50, connectionTimeoutMillis: 3_000 })

    expect(pool.options).toMatchObject({
      idleTimeoutMillis: 10_000,
      connectionTimeoutMillis: 10_000,
      min: 0,
    })
    expect(short.options).toMatchObject({ idleTimeoutMillis: 50, connectionTimeoutMillis: 3_000 })
  })

  it('closes idle connections in a time that may change', async () => {
    const { pool, fleet } = gated()
    const client = await fleet.open()

    fleet.idleTimeoutMs = 20
    client?.release()
    await vi.waitFor(() => expect(pool.totalCount).toBe(0))

    expect([fleet.idleTimeoutMs, fleet.longestIdleMs]).toEqual([20, 10_000])
  })

  it('lets the pool open its connections again, for those too who wait', async () => {
    const { pool, fleet } = gated({ idleTimeoutMillis: 60_000 })
    const waiting = [1, 2, 3, 4].map(() => pool.query('SELECT pg_sleep(0.01)'))

    fleet.free()
    await Promise.all(waiting)

    expect(pool.totalCount).toBe(3)
    expect(pool.options.idleTimeoutMillis).toBe(60_000)
    const more = await Promise.all([1, 2, 3].map(() => pool.connect()))
    for (const client of more) client.release()
  })

  it('leaves what the pool returns and throws as it is', async () => {
    const { pool } = gated()
    const original = new Pool()

    expect([pool.connect.name, pool.connect.length]).toEqual([
      original.connect.name,
      original.connect.length,
    ])
    await pool.end()
    pools.delete(pool)
    await expect(pool.connect()).rejects.toThrow('Cannot use a pool after calling end')
  })
})

describe('isGatedPool', () => {
  it.each([
    ['an object', {}],
    ['a pool of mariadb', { totalConnections: () => 1, taskQueueSize: () => 0 }],
    [
      'a pool of pg without what is used of it',
      { totalCount: 0, waitingCount: 0, options: {}, connect: () => {} },
    ],
  ])('refuses %s', (_, pool) => {
    expect(isGatedPool(pool)).toBe(false)
  })
})
