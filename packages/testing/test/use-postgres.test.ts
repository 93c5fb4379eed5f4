import { afterEach, describe, expect, it, vi } from 'vitest'
import { startPostgres } from '../src/start-postgres.ts'
import { usePostgres } from '../src/use-postgres.ts'
import { query } from './query.ts'
import { isRunning } from './running.ts'

const CONTENT = `SELECT (SELECT json_agg(t) FROM kept t) AS rows,
  (SELECT array_agg(datname::text ORDER BY oid) FROM pg_database) AS databases,
  (SELECT array_agg(relname::text ORDER BY oid) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace) AS relations`

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('usePostgres', () => {
  it('uses DATABASE_URL as it is, and creates, drops and stops nothing there', async () => {
    await using server = await startPostgres()
    const given = await server.createDatabase('given')
    await query(given, 'CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)')
    const before = await query(given, CONTENT)
    vi.stubEnv('DATABASE_URL', given)

    const used = await usePostgres({ maxConnections: 3 })
    await used.stop()
    await used[Symbol.asyncDispose]()

    expect(used).toMatchObject({ url: given, isEmbedded: false })
    expect(await query(given, CONTENT)).toEqual(before)
    expect(isRunning(server.pid)).toBe(true)
  })

  it.each([
    ['is not set', undefined],
    ['is empty', ''],
  ])(
    'starts an embedded server with the given options where DATABASE_URL %s',
    async (_case, url) => {
      vi.stubEnv('DATABASE_URL', url)

      const used = await usePostgres({ maxConnections: 9 })
      const settings = await query(used.url, 'SHOW max_connections')
      await used.stop()

      expect(settings).toEqual([{ max_connections: '9' }])
      expect(used.isEmbedded).toBe(true)
      await expect(query(used.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    },
  )
})
