import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { poolStatus, sumOfPools } from '../src/driver-pool.ts'

// The pools of mariadb and mssql are objects of the shape that their drivers document: no server of
// theirs is started for these tests.
const mariadb = { totalConnections: () => 4, idleConnections: () => 3, taskQueueSize: () => 2 }
const mssql = { size: 5, available: 1, pending: 6, borrowed: 4 }

describe('the numbers of a pool', () => {
  it('are read from a pool of pg', async () => {
    const pool = new pg.Pool({ max: 7 })

    expect(poolStatus(pool)).toEqual({ max: 7, total: 0, idle: 0, waiting: 0 })
    await pool.end()
  })

  it('are read from a pool of mariadb, which does not tell its limit', () => {
    expect(poolStatus(mariadb)).toEqual({ max: undefined, total: 4, idle: 3, waiting: 2 })
  })

  it('are read from a pool of mssql, which does not tell its limit', () => {
    expect(poolStatus(mssql)).toEqual({ max: undefined, total: 5, idle: 1, waiting: 6 })
  })

  it('are not invented for another driver', () => {
    expect(poolStatus(new Map())).toBeUndefined()
    expect(sumOfPools([new Map()])).toBeUndefined()
  })

  it('are added up; the limit is known only where every pool tells it', () => {
    const one = { totalCount: 2, idleCount: 1, waitingCount: 0, options: { max: 3 } }

    expect(sumOfPools([one, one])).toEqual({ max: 6, total: 4, idle: 2, waiting: 0 })
    expect(sumOfPools([one, mariadb])).toEqual({ max: undefined, total: 6, idle: 4, waiting: 2 })
  })
})
