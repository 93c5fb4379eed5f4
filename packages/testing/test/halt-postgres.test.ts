import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type EmbeddedPostgres } from '../src/index.ts'

let postgres: EmbeddedPostgres

beforeAll(async () => {
  postgres = await startPostgres({ settings: { synchronous_commit: 'on' } })
})
afterAll(() => postgres.stop())

async function ask(sql: string): Promise<unknown[]> {
  const client = new Client(postgres.url)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

describe('a server that is halted', () => {
  it.each(['fast', 'immediate', 'crash'] as const)(
    'is away, and is back with its data: %s',
    async (how) => {
      const { url, pid } = postgres
      await ask(`CREATE TABLE ${how} AS SELECT 1 AS kept`)

      await postgres.halt(how)
      await expect(ask('SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
      await postgres.start()

      expect(await ask(`SELECT * FROM ${how}`)).toEqual([{ kept: 1 }])
      expect(postgres.url).toBe(url)
      expect(postgres.pid).not.toBe(pid)
    },
  )

  it('may be started and halted twice', async () => {
    await postgres.halt()
    await postgres.halt()
    await postgres.start()
    await postgres.start()

    expect(await ask('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('can be stopped for good', async () => {
    const other = await startPostgres()
    await other.halt('immediate')

    await other.stop()

    await expect(other.start()).rejects.toMatchObject({ code: 'POSTGRES_DID_NOT_START' })
  })
})
