import pg from 'pg'
import { TestingError } from './errors.ts'

const CONNECT_TIMEOUT_MS = 10_000
// Postgres cuts a longer name off without a word, and two names could become one.
const MAX_NAME_BYTES = 63

/**
 * Creates an empty database on the server of `serverUrl` and returns its connection string.
 *
 * @internal
 */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const bytes = Buffer.byteLength(name)
  if (bytes === 0 || bytes > MAX_NAME_BYTES || name.includes('\0')) {
    throw new TestingError(
      'DATABASE_NAME_INVALID',
      `Expected the name of a database to have 1 to ${MAX_NAME_BYTES} bytes, none of them zero, got ${bytes}: ${JSON.stringify(name)}.`,
    )
  }
  const client = new pg.Client({
    connectionString: serverUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  })
  try {
    await client.connect()
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
  const url = new URL(serverUrl)
  url.pathname = `/${encodeURIComponent(name)}`
  return url.href
}
