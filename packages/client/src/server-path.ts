/**
 * What is between a connection and the server that answers on it: nothing that matters, a pooler that
 * may have another connection answer the next time, or something that would not tell.
 *
 * @internal
 */
export type ServerPath = 'direct' | 'pooled' | 'unknown'

/**
 * What is used of a client of pg to find out its path. `processID`, which the server tells when a
 * connection opens, is not documented: the tests run on the oldest and the newest pg.
 *
 * @internal
 */
export interface AskedClient {
  readonly processID?: number | null
  query(sql: string): Promise<{ readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>> }>
}

/**
 * Finds out whether a new connection leads to the server itself. Every server names the process of
 * the session when it opens; a pooler, whose sessions are its own, makes up a number. Only a process
 * that answers under its number is the server itself.
 *
 * Rejects where the connection does not last.
 *
 * @internal
 */
export async function serverPathOf(client: AskedClient): Promise<ServerPath> {
  try {
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
    return Number(rows[0]?.['pid']) === client.processID ? 'direct' : 'pooled'
  } catch (error) {
    if (isRefusal(error)) return 'unknown'
    throw error
  }
}

// Of these classes are the errors after which a server, or a pooler, closes the connection.
const LAST_WORDS = /^(?:08|57P)/

/** Whether a server has answered that it will not run a statement, and goes on. */
function isRefusal(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('severity' in error)) return false
  return 'code' in error && typeof error.code === 'string' && !LAST_WORDS.test(error.code)
}
