import type { Socket } from 'node:net'
import type { Client } from 'pg'
import type { ServerUrl } from './server-url.ts'

/** A connection to a server that is only read from. */
export interface LiveServer {
  readonly url: ServerUrl
  /** Which of the connection strings led to it. */
  readonly through: 'url' | 'directUrl'
  /** Whether something between here and the server hands out its connections. */
  readonly isPooled: boolean
  readonly role: string
  readonly database: string
  /** As `server_version_num` has it: 180004 is 18.4. */
  readonly version: number
  readonly tls: 'off' | 'unverified' | 'verified'
  /** The address of the other end; undefined for a socket of this machine. */
  readonly address: string | undefined
  /** Runs one statement in a transaction of its own that is read-only and bounded. */
  readonly ask: <Row>(sql: string, values?: readonly unknown[]) => Promise<Row[]>
  /** Runs one statement outside of a transaction. For statements that read by their nature. */
  readonly askAlone: <Row>(statement: Statement) => Promise<Row[]>
  /** Closes the connection, and waits for that no longer than a statement may take. */
  readonly close: () => Promise<void>
}

export interface Statement {
  /** Prepares it under this name, or runs what was prepared under it. */
  readonly name?: string
  readonly text: string
}

/** What a session says of itself. */
interface Session {
  readonly pid: number
  readonly role: string
  readonly database: string
  readonly version: number
}

// What pg has and its types do not: how a connection was made.
interface Connected {
  readonly processID: number | null
  readonly ssl: boolean | { readonly rejectUnauthorized?: boolean }
  readonly connection: { readonly stream: Socket }
}

const SESSION = `SELECT pg_backend_pid() AS pid, current_user::text AS role,
  current_database()::text AS database, current_setting('server_version_num')::int AS version`

/** Makes a server of a client that is connected. */
export async function liveServerOf(
  client: Client,
  url: ServerUrl,
  through: LiveServer['through'],
  statementTimeoutMs: number,
): Promise<LiveServer> {
  const { rows } = await client.query<Session>(SESSION)
  const [session] = rows
  if (session === undefined) throw new Error('The server said nothing of its session.')
  // `Connected` is what pg's Client has since 8.16, read through the eyes of no public type.
  const { processID, ssl, connection } = client as unknown as Connected
  return {
    url,
    through,
    // A pooler announces a number of its own.
    isPooled: processID !== session.pid,
    role: session.role,
    database: session.database,
    version: session.version,
    tls: tlsOf(ssl),
    address: connection.stream.remoteAddress,
    ask: (sql, values = []) =>
      bounded(connection.stream, askIn(client, statementTimeoutMs, sql, values)),
    askAlone: async ({ name, text }) => {
      const query = client.query(name === undefined ? text : { name, text })
      return (await bounded(connection.stream, query)).rows
    },
    close: () => close(client, connection.stream, statementTimeoutMs),
  }
}

/**
 * A transaction, and nothing of a session: behind a pooler, a session is anybody's. It also ends by
 * itself where this process does not come back to it.
 */
async function askIn<Row>(
  client: Client,
  timeoutMs: number,
  sql: string,
  values: readonly unknown[],
): Promise<Row[]> {
  await client.query(
    `BEGIN READ ONLY; SET LOCAL statement_timeout = ${timeoutMs}; SET LOCAL idle_in_transaction_session_timeout = ${timeoutMs}`,
  )
  try {
    const { rows } = await client.query(sql, [...values])
    return rows
  } finally {
    // What a statement failed with tells more than that its transaction could not be ended.
    await client.query('ROLLBACK').catch(() => {})
  }
}

/** A statement that was given up goes on: what is asked after it would wait behind it. */
async function bounded<Result>(stream: Socket, answer: Promise<Result>): Promise<Result> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && error.message === 'Query read timeout') stream.destroy()
    throw error
  }
}

function tlsOf(ssl: Connected['ssl']): LiveServer['tls'] {
  if (ssl === false) return 'off'
  return ssl !== true && ssl.rejectUnauthorized === false ? 'unverified' : 'verified'
}

async function close(client: Client, stream: Socket, timeoutMs: number): Promise<void> {
  const late = setTimeout(() => stream.destroy(), timeoutMs)
  try {
    await client.end()
  } catch {
    stream.destroy()
  } finally {
    clearTimeout(late)
  }
}
