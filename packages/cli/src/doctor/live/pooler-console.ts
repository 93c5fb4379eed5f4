import type { Client } from 'pg'
import type { LiveOptions } from './live-options.ts'
import type { ServerUrl } from './server-url.ts'

/** What PgBouncer tells of itself to the roles in its `admin_users` and `stats_users`. */
export interface PoolerConsole {
  readonly version: string
  /** Clients of all programs together. */
  readonly maxClients: number
  /** Connections to the server for each pair of role and database. */
  readonly poolSize: number
  /** How many such pairs have a pool now, but for its own console. */
  readonly pools: number
  /** Clients that wait for a connection now. */
  readonly waiting: number
  /** 0 where named statements are not followed; undefined before PgBouncer 1.21. */
  readonly maxPreparedStatements: number | undefined
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
    const pools = (await show<{ database: string; cl_waiting: number }>(client, 'POOLS')).filter(
      ({ database }) => database !== 'pgbouncer',
    )
    const prepared = config.get('max_prepared_statements')
    return {
      version: version?.version ?? 'PgBouncer',
      maxClients: Number(config.get('max_client_conn')),
      poolSize: Number(config.get('default_pool_size')),
      pools: pools.length,
      waiting: pools.reduce((sum, { cl_waiting: waiting }) => sum + waiting, 0),
      maxPreparedStatements: prepared === undefined ? undefined : Number(prepared),
    }
  } catch {
    return undefined
  } finally {
    await client.end().catch(() => {})
  }
}

async function show<Row>(client: Client, what: string): Promise<readonly Row[]> {
  // The rows are PgBouncer's, which has kept these columns since 1.7.
  const { rows } = await client.query(`SHOW ${what}`)
  return rows as Row[]
}
