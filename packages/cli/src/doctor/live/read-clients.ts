import type { LiveServer } from './live-server.ts'
import { APPLICATION_NAME } from './open-server.ts'

/** A connection of somebody to the server. */
export interface ServerClient {
  readonly pid: number
  /** `''` where it has no name. */
  readonly application: string
  readonly role: string
  readonly database: string
  /** `''` for a socket of the server's own machine, and where the role may not see it. */
  readonly address: string
  /** `idle`, `active`, `idle in transaction`; undefined where the role may not see it. */
  readonly state: string | null
  /** Since it was opened, in milliseconds; null where the role may not see it. */
  readonly ageMs: number | null
}

export interface ServerClients {
  /** All but those of these checks. */
  readonly clients: readonly ServerClient[]
  /** Of how many nothing but name and role can be seen. */
  readonly hidden: number
}

// Rows of other roles show no kind to a role that is no member of pg_monitor, but a client has a
// role and a database, which no background process has both of.
const CLIENTS = `SELECT pid, application_name AS application, usename::text AS role,
    datname::text AS database, coalesce(host(client_addr), '') AS address, state,
    (extract(epoch FROM clock_timestamp() - backend_start) * 1000)::float8 AS "ageMs"
  FROM pg_stat_activity
  WHERE usesysid IS NOT NULL AND datid IS NOT NULL
    AND coalesce(backend_type, 'client backend') = 'client backend'
    AND pid <> pg_backend_pid() AND application_name <> $1`

/** Reads who is connected to a server, and how. */
export async function readClients(server: LiveServer): Promise<ServerClients> {
  const clients = await server.ask<ServerClient>(CLIENTS, [APPLICATION_NAME])
  return { clients, hidden: clients.filter(({ state }) => state === null).length }
}
