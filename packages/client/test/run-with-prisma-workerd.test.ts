import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startWorker, type Worker } from './start-worker.ts'

// A database of its own, for its statistics.
const url = new URL(inject('databaseUrl'))
url.pathname = '/worker_test'

const admin = new pg.Client(inject('databaseUrl'))
const owner = new pg.Client({ connectionString: url.href, application_name: 'owner' })
let worker: Worker

beforeAll(async () => {
  await admin.connect()
  await admin.query('CREATE DATABASE worker_test')
  await owner.connect()
  await owner.query('CREATE TABLE "Item" (id serial PRIMARY KEY, label text UNIQUE)')
  worker = await startWorker('fixtures/worker/worker.ts', { DATABASE_URL: url.href })
})
afterAll(async () => {
  await worker.stop()
  await owner.end()
  await admin.query('DROP DATABASE worker_test WITH (FORCE)')
  await admin.end()
})

interface Reply {
  readonly status: number
  readonly body: string
}

async function get(path: string): Promise<Reply> {
  const response = await fetch(worker.url + path, { signal: AbortSignal.timeout(10_000) })
  return { status: response.status, body: await response.text() }
}

async function sessions(condition = 'true'): Promise<number> {
  const { rowCount } = await admin.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = 'worker_test' AND application_name <> 'owner' AND ${condition}`,
  )
  return rowCount ?? 0
}

/** How many sessions ended without a word of the client. */
async function abandoned(): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(
    `SELECT sessions_abandoned::int AS count FROM pg_stat_database WHERE datname = 'worker_test'`,
  )
  return rows[0]?.count ?? -1
}

describe('runWithPrisma in workerd', () => {
  it('gives each of two requests at once a client of its own, and closes both', async () => {
    await owner.query('SELECT pg_advisory_lock(1)')
    const replies = Promise.all([get('/scoped'), get('/scoped')])
    await expect.poll(() => sessions("wait_event = 'advisory'")).toBe(2)
    await owner.query('SELECT pg_advisory_unlock(1)')

    const [first, second] = await replies
    expect([first.status, second.status]).toEqual([200, 200])
    expect(first.body).not.toBe(second.body)
    await expect.poll(() => sessions()).toBe(0)
  })

  it.each(['/scoped', '/failing'])(
    'closes the client of a request, where workerd would abandon it: %s',
    async (path) => {
      await get(path)
      await get(path)
      await expect.poll(() => sessions()).toBe(0)
      expect(await abandoned()).toBe(0)
    },
  )

  it('answers with the error of a request that fails', async () => {
    expect(await get('/failing')).toEqual({ status: 500, body: 'Error: as asked' })
  })

  it('does not wait for ever for a client that does not close', async () => {
    expect(await get('/closed')).toEqual({ status: 200, body: '{"code":"CLOSE_TIMEOUT"}' })
  })

  it('is needed: a client that nobody closes is abandoned', async () => {
    expect(await get('/unclosed')).toMatchObject({ status: 200 })
    await expect.poll(() => abandoned()).toBe(1)
  })

  it('is needed: a client that two requests share fails the second one', async () => {
    expect(await get('/shared')).toMatchObject({ status: 200 })
    expect(await get('/shared')).toMatchObject({ status: 500 })
  })
})
