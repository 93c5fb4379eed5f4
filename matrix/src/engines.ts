import { startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import pg from 'pg'
import {
  runsMariaDb,
  startMariaDb,
  type MariaDb,
} from '../../packages/client/test/start-mariadb.ts'
import { CellNotRun } from './cell.ts'

/** A database of one cell. */
export interface CellDatabase extends AsyncDisposable {
  readonly url: string
  /** The sessions at the server that bear this `application_name`. */
  readonly sessions: (applicationName: string) => Promise<number>
  readonly query: (text: string, values?: unknown[]) => Promise<Array<Record<string, unknown>>>
}

/** The database servers of a run, each started when the first cell wants it. */
export class Engines implements AsyncDisposable {
  #postgres: Promise<EmbeddedPostgres> | undefined
  #mariaDb: Promise<MariaDb> | undefined
  #count = 0

  /** Creates a database, which is dropped, with whoever is still connected, when it is disposed of. */
  async postgres(): Promise<CellDatabase> {
    this.#postgres ??= startPostgres({ maxConnections: 60 })
    const server = await this.#postgres
    const name = `cell_${++this.#count}`
    const url = await server.createDatabase(name)
    const query = (text: string, values?: unknown[]): Promise<Array<Record<string, unknown>>> =>
      queryOnce(server.url, text, values)
    return {
      url,
      query: (text, values) => queryOnce(url, text, values),
      sessions: async (applicationName) => {
        const [row] = await query(
          'SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = $1 AND datname = $2',
          [applicationName, name],
        )
        return Number(row?.['count'])
      },
      [Symbol.asyncDispose]: async () => void (await query(`DROP DATABASE ${name} WITH (FORCE)`)),
    }
  }

  /**
   * The MariaDB of the run, whose cells share a server and name databases of their own.
   *
   * @throws CellNotRun where it is not installed
   */
  async mariaDb(): Promise<MariaDb> {
    if (!runsMariaDb) throw new CellNotRun('The Debian package mariadb-server is not installed.')
    this.#mariaDb ??= startMariaDb()
    return this.#mariaDb
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#mariaDb)?.stop()
    const server = await this.#postgres
    await server?.stop()
  }
}

async function queryOnce(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Array<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(text, values)
    return rows
  } finally {
    await client.end()
  }
}
