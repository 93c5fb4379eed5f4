import type { Client } from 'pg'
import type { LiveOptions } from './live-options.ts'
import type { ServerUrl } from './server-url.ts'

/** What PgBouncer tells of itself to the roles in its `admin_users` and `stats_users`. */
export interface PoolerConsole {
  readonly version: string
  /** Clients of all programs together. */
  readonly maxClients: number
  /** Connections to the server for this database and a role. */
  readonly poolSize: number
  /** Pairs of role and database that have a pool on the same server now. */
  readonly pools: number
  /** Connections that these pools may open to the server together. */
  readonly mostConnections: number
  /** Clients that wait for a connection now. */
  readonly waiting: number
  /** 0 where named statements are not followed; undefined before PgBouncer 1.21. */
  readonly maxPreparedStatements: number | undefined
}

interface Database {
  readonly name: string
  readonly host: string | null
  readonly port: number
  readonly pool_size: number
  /** Called `reserve_pool_size` from 1.23 on. */
  readonly reserve_pool?: number
  readonly reserve_pool_size?: number
  /** `max_db_connections`; 0 where there is no such bound. */
  readonly max_connections: number
}

interface Pool {
  readonly database: string
  readonly cl_waiting: number
}

/** Asks the console of PgBouncer; undefined where it is another pooler, or lets this role not in. */
export async function askPoolerConsole(
  url: ServerUrl,
  { connectTimeoutMs, statementTimeoutMs }: LiveOptions,
): Promise<PoolerConsole | undefined> {
  const { default: pg } = await import('pg')
  const parsed = new URL(url.connectionString)
  parsed.pathname = '/pgbouncer'
  const client = new pg.Client({
    connectionString: parsed.href,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: statementTimeoutMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const [version] = await show<{ version: string }>(client, 'VERSION')
    const config = new Map(
      (await show<{ key: string; value: string | null }>(client, 'CONFIG')).map((row) => [
        row.key,
        row.value,
      ]),
    )
    const databases = await show<Database>(client, 'DATABASES')
    const pools = await show<Pool>(client, 'POOLS')
    const own = databases.find(({ name }) => name === (url.database || url.role))
    const beside = pools.filter(({ database }) => isBeside(own, databases, database))
    const prepared = config.get('max_prepared_statements')
    return {
      version: version?.version ?? 'PgBouncer',
      maxClients: Number(config.get('max_client_conn')),
      poolSize: own?.pool_size ?? Number(config.get('default_pool_size')),
      pools: beside.length,
      mostConnections: mostConnections(databases, beside),
      waiting: beside.reduce((sum, { cl_waiting: waiting }) => sum + waiting, 0),
      maxPreparedStatements: prepared === undefined ? undefined : Number(prepared),
    }
  } catch {
    return undefined
  } finally {
    await client.end().catch(() => {})
  }
}

/** Whether a pool is on the server that this database is on. */
function isBeside(
  own: Database | undefined,
  databases: readonly Database[],
  database: string,
): boolean {
  const other = databases.find(({ name }) => name === database)
  return own !== undefined && other?.host === own.host && other.port === own.port
}

/** Each pool may grow to its size and its reserve, and those of a database together to its bound. */
function mostConnections(databases: readonly Database[], pools: readonly Pool[]): number {
  return databases
    .map((database) => {
      const count = pools.filter((pool) => pool.database === database.name).length
      const reserve = database.reserve_pool_size ?? database.reserve_pool ?? 0
      const wanted = count * (database.pool_size + reserve)
      return database.max_connections > 0 ? Math.min(wanted, database.max_connections) : wanted
    })
    .reduce((sum, each) => sum + each, 0)
}

async function show<Row>(client: Client, what: string): Promise<readonly Row[]> {
  // The rows are PgBouncer's, which has kept these columns since 1.7.
  const { rows } = await client.query(`SHOW ${what}`)
  return rows as Row[]
}
