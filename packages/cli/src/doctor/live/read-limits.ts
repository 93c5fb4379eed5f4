import type { ConnectionLimit } from '../../../../client/src/connection-budget.ts'
import { isOwnClient } from './own-clients.ts'
import type { LiveContext } from './live-context.ts'
import type { ServerClient } from './read-clients.ts'
import { inCode } from './shown.ts'

/** Something that bounds how many connections the application can have. */
export interface Limit extends Required<Omit<ConnectionLimit, 'headroom'>> {
  readonly name: 'max_connections' | 'role' | 'database' | 'max_client_conn' | 'pool_size'
  /** What bounds, with the number: ``max_connections` 100``. */
  readonly shown: string
  /** The connections that count against it now. */
  readonly held: number
  /** Those of others among them. */
  readonly others: readonly ServerClient[]
}

interface Row {
  readonly max: number
  readonly superuserReserved: number
  readonly reserved: number
  /** -1 where there is none. */
  readonly ofRole: number
  /** -1 where there is none. */
  readonly ofDatabase: number
  readonly isSuper: boolean
}

// `reserved_connections` came with PostgreSQL 16.
const LIMITS = `SELECT current_setting('max_connections')::int AS max,
    current_setting('superuser_reserved_connections')::int AS "superuserReserved",
    coalesce(current_setting('reserved_connections', true)::int, 0) AS reserved,
    rolconnlimit AS "ofRole", datconnlimit AS "ofDatabase", rolsuper AS "isSuper"
  FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()`

/** Reads every limit that holds for the application's connections, the server's own first. */
export async function readLimits(context: LiveContext): Promise<Limit[]> {
  const { app } = context
  const [row] = await app.ask<Row>(LIMITS)
  if (row === undefined) return []
  const { clients } = await context.clients()
  const isOwn = isOwnClient(context)
  const limits = [
    limitOf('max_connections', row.max, `\`max_connections\` ${row.max}`, clients, isOwn, row),
  ]
  // A superuser is bound by nothing else.
  if (row.isSuper) return limits
  if (row.ofRole >= 0) {
    const counted = clients.filter(({ role }) => role === app.role)
    const shown = `the connection limit ${row.ofRole} of the role ${inCode(app.role)}`
    limits.push(limitOf('role', row.ofRole, shown, counted, isOwn))
  }
  if (row.ofDatabase >= 0) {
    const counted = clients.filter(({ database }) => database === app.database)
    const shown = `the connection limit ${row.ofDatabase} of the database ${inCode(app.database)}`
    limits.push(limitOf('database', row.ofDatabase, shown, counted, isOwn))
  }
  return limits
}

function limitOf(
  name: Limit['name'],
  maxConnections: number,
  shown: string,
  counted: readonly ServerClient[],
  isOwn: (client: ServerClient) => boolean,
  reserves: Pick<Row, 'superuserReserved' | 'reserved'> = { superuserReserved: 0, reserved: 0 },
): Limit {
  const others = counted.filter((client) => !isOwn(client))
  return {
    name,
    maxConnections,
    superuserReserved: reserves.superuserReserved,
    reserved: reserves.reserved,
    otherClients: others.length,
    shown,
    held: counted.length,
    others,
  }
}
