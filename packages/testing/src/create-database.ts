import pg from 'pg'
import { TestingError } from './errors.ts'

const CONNECT_TIMEOUT_MS = 10_000
// Postgres cuts a longer name off without a word, and two names could become one.
const MAX_NAME_BYTES = 63
// Drivers do not agree on how to decode these out of a connection string.
const NAME = /^(?!\.{1,2}$)[^/?#%\\\0]+$/

/**
 * Creates an empty database on the server of `serverUrl` and returns its connection string.
 *
 * @internal
 */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const bytes = Buffer.byteLength(name)
  if (bytes > MAX_NAME_BYTES || !NAME.test(name)) {
    throw new TestingError(
      'DATABASE_NAME_INVALID',
      `Expected the name of a database to have 1 to ${MAX_NAME_BYTES} bytes and none of the characters / ? # % \\ in it, got ${bytes} bytes: ${JSON.stringify(name)}.`,
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
  url.pathname = `/${name}`
  return url.href
}
