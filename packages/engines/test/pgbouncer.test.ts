import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import pg from 'pg'
import { startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { pgBouncerNote, runsPgBouncer, startPgBouncer, type PgBouncer } from '../src/pgbouncer.ts'

describe.skipIf(!runsPgBouncer)(`startPgBouncer${pgBouncerNote}`, () => {
  let server: EmbeddedPostgres
  let bouncer: PgBouncer
  beforeAll(async () => {
    server = await startPostgres()
    bouncer = await startPgBouncer({ upstream: server.url, poolSize: 2 })
  })
  afterAll(async () => {
    await bouncer?.stop()
    await server?.stop()
  })

  it('shares its connections among more clients than it has connections', async () => {
    const clients = await Promise.all(Array.from({ length: 6 }, () => connected(bouncer.url)))

    const backends = await Promise.all(
      clients.map(async (client) => {
        const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
        return rows[0]?.pid
      }),
    )

    expect(new Set(backends).size).toBeLessThanOrEqual(2)
    await Promise.all(clients.map((client) => client.end()))
  })

  it('answers on its admin console', async () => {
    const settings = await bouncer.query('SHOW CONFIG')

    expect(settings).toContainEqual(
      expect.objectContaining({ key: 'pool_mode', value: 'transaction' }),
    )
  })

  it('starts again where it was', async () => {
    const { port } = bouncer
    await bouncer.stop()
    await expect(connected(bouncer.url)).rejects.toThrow('ECONNREFUSED')

    bouncer = await startPgBouncer({ upstream: server.url, port })

    const client = await connected(bouncer.url)
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    await client.end()
  })

  it('says what it does not like', async () => {
    await expect(
      startPgBouncer({ upstream: server.url, settings: { pool_mode: 'nonsense' } }),
    ).rejects.toThrow('nonsense')
  })
})

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}
