import { createRequire } from 'node:module'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { Thaw } from '../src/thaw.ts'

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
])('Thaw on %s', (_, Pool, Client) => {
  let pool: pg.Pool
  let thaw: Thaw
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    pool = new Pool({ connectionString: inject('databaseUrl'), max: 3, Client })
    thaw = new Thaw(pool, 10_000)
  })
  afterEach(async () => {
    vi.useRealTimers()
    await pool.end()
  })

  /** Leaves this many connections idle. */
  async function use(count: number): Promise<void> {
    const clients = await Promise.all(Array.from({ length: count }, () => pool.connect()))
    for (const client of clients) client.release()
  }

  it('closes connections that are too old, and opens none for that', async () => {
    const opened = vi.fn<() => void>()
    await use(3)
    pool.on('connect', opened)

    vi.setSystemTime(Date.now() + 10_000)
    await thaw.before()

    expect(pool.totalCount).toBe(0)
    expect(opened).not.toHaveBeenCalled()
  })

  it('gives back those that are not', async () => {
    await use(3)
    vi.setSystemTime(Date.now() + 6_000)
    await use(2)

    vi.setSystemTime(Date.now() + 6_000)
    await thaw.before()

    expect([pool.totalCount, pool.idleCount]).toEqual([2, 2])
  })

  it('holds nothing up while the pool is in use', async () => {
    await use(1)
    vi.setSystemTime(Date.now() + 60_000)
    thaw.used()

    expect(thaw.before()).toBeUndefined()
  })
})
