import pg from 'pg'

const CONNECT_TIMEOUT_MS = 10_000
const QUERY_TIMEOUT_MS = 60_000

/** Opens a connection with which databases are made and dropped. */
export async function openAdmin(serverUrl: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: serverUrl,
    application_name: 'oneprisma testing',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  })
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
export async function copyDatabase(admin: pg.Client, from: string, to: string): Promise<void> {
  await admin.query(
    `CREATE DATABASE ${pg.escapeIdentifier(to)} TEMPLATE ${pg.escapeIdentifier(from)}`,
  )
}

/** Drops a database, with the connections that may be left on it. */
export async function dropDatabase(admin: pg.Client, name: string): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`)
}
