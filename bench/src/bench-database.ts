import { startPostgres } from '@oneprisma/testing'
import pg from 'pg'

/** The database of a bench, with an eye on its connections. */
export class BenchDatabase implements AsyncDisposable {
  readonly url: string
  readonly #stop: () => Promise<void>
  readonly #admin: pg.Client

  private constructor(url: string, admin: pg.Client, stop: () => Promise<void>) {
    this.url = url
    this.#admin = admin
    this.#stop = stop
  }

  /** @param settings - Of the server, by the names of `postgresql.conf`. */
  static async start(
    settings: Readonly<Record<string, string>> = {},
    maxConnections = 200,
  ): Promise<BenchDatabase> {
    const postgres = await startPostgres({ maxConnections, settings })
    try {
      const admin = new pg.Client({ connectionString: postgres.url })
      await admin.connect()
      await admin.query(
        `CREATE TABLE "User" (id serial PRIMARY KEY, email text UNIQUE NOT NULL);
         INSERT INTO "User" (email) SELECT 'user' || n || '@example.com' FROM generate_series(1, 100) n;`,
      )
      for (const table of ['Post', 'Tag', 'Comment']) {
        await admin.query(`CREATE TABLE "${table}" (id serial PRIMARY KEY)`)
      }
      return new BenchDatabase(postgres.url, admin, postgres.stop)
    } catch (error) {
      await postgres.stop()
      throw error
    }
  }

  /** How many connections carry a name now. */
  async connections(name: string): Promise<number> {
    const { rows } = await this.#admin.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = $1',
      [name],
    )
    return rows[0]?.count ?? 0
  }

  /** Makes a role that may do everything, or only read, and returns the connection string for it. */
  async createRole(name: string, may: 'everything' | 'read' = 'everything'): Promise<string> {
    const password = crypto.randomUUID()
    const kind = may === 'everything' ? 'SUPERUSER' : 'IN ROLE pg_read_all_data'
    await this.#admin.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}' ${kind}`)
    const url = new URL(this.url)
    url.username = name
    url.password = password
    return url.href
  }

  /** Runs a statement, and returns its rows. */
  async query<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    return (await this.#admin.query<Row>(text, [...values])).rows
  }

  /** The server processes behind the connections of a name. */
  async backends(name: string): Promise<number[]> {
    const { rows } = await this.#admin.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE application_name = $1',
      [name],
    )
    return rows.map((row) => row.pid)
  }

  /** Watches the connections of a name until `run` ends, and returns the most that there were. */
  async peakDuring<Result>(
    name: string,
    run: () => Promise<Result>,
  ): Promise<{ peak: number; result: Result }> {
    let peak = 0
    const end = new AbortController()
    const watch = async (): Promise<void> => {
      while (!end.signal.aborted) {
        peak = Math.max(peak, await this.connections(name))
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
    const watching = watch()
    try {
      const result = await run()
      return { peak, result }
    } finally {
      end.abort()
      await watching
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin.end()
    await this.#stop()
  }
}
