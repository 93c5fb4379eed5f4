import pg from 'pg'

const CONNECT_TIMEOUT_MS = 10_000
const QUERY_TIMEOUT_MS = 60_000

/** Something that queries the server on which databases are made and dropped. */
export type Admin = Pick<pg.Client, 'query'>

/** How the server is reached on which databases are made and dropped. */
export function adminConfig(serverUrl: string): pg.ClientConfig {
  return {
    connectionString: serverUrl,
    application_name: 'oneprisma testing',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  }
}

/** Opens a connection with which databases are made and dropped. */
export async function openAdmin(serverUrl: string): Promise<pg.Client> {
  const client = new pg.Client(adminConfig(serverUrl))
  // A connection that breaks also fails the query that is running.
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Whether a connection keeps this process alive. */
export function setReferenced(client: pg.Client, isReferenced: boolean): void {
  // The types of pg leave them out; its documentation does not.
  const socket = client as pg.Client & { ref(): void; unref(): void }
  if (isReferenced) socket.ref()
  else socket.unref()
}

/** Copies a database, to which nobody may be connected. */
export async function copyDatabase(
  admin: Admin,
  from: string,
  { to, byFiles }: { readonly to: string; readonly byFiles: boolean },
): Promise<void> {
  const [source, target] = [from, to].map((name) => pg.escapeIdentifier(name))
  const strategy = byFiles ? ' STRATEGY FILE_COPY' : ''
  await admin.query(`CREATE DATABASE ${target} TEMPLATE ${source}${strategy}`)
}

/** Gives a database another name, and ends the connections to it. */
export async function keepDatabase(admin: Admin, name: string, kept: string): Promise<void> {
  // Connections that a test has opened itself would keep the database from being renamed.
  await admin.query(
    'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1',
    [name],
  )
  const [before, after] = [name, kept].map((each) => pg.escapeIdentifier(each))
  await admin.query(`ALTER DATABASE ${before} RENAME TO ${after}`)
}

/** Drops a database, with the connections that may be left on it. */
export async function dropDatabase(admin: Admin, name: string): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`)
}
