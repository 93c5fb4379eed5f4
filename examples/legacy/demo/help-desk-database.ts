import { join } from 'node:path'
import { deployMigrations, type EmbeddedPostgres } from '@oneprisma/testing'
import pg from 'pg'

// PostgreSQL allows 100 connections unless it is told otherwise, and keeps 3 of them for superusers.
export const CONNECTION_LIMIT = 97
const SAMPLE_EVERY_MS = 100

/** How many connections a database had at a time. */
export interface ConnectionSample {
  /** Since the watch began. */
  readonly ms: number
  readonly connections: number
}

/** A database for one copy of the help desk, with an eye on its connections. */
export class HelpDeskDatabase implements AsyncDisposable {
  readonly url: string
  readonly #name: string
  readonly #admin: pg.Client

  private constructor(url: string, name: string, admin: pg.Client) {
    this.url = url
    this.#name = name
    this.#admin = admin
  }

  /**
   * Makes it on a server that it shares with others. Its limit of connections is its own, so that no
   * copy takes them away from another.
   */
  static async create(
    postgres: EmbeddedPostgres,
    folder: string,
    name: string,
  ): Promise<HelpDeskDatabase> {
    const url = new URL(await postgres.createDatabase(name))
    const admin = new pg.Client({ connectionString: postgres.url, application_name: 'demo' })
    await admin.connect()
    const role = pg.escapeIdentifier(`${name}_app`)
    await admin.query(
      `CREATE ROLE ${role} LOGIN PASSWORD 'app' CONNECTION LIMIT ${CONNECTION_LIMIT};
       ALTER DATABASE ${pg.escapeIdentifier(name)} OWNER TO ${role};`,
    )
    url.username = `${name}_app`
    url.password = 'app'
    await deployMigrations({ url: url.href, directory: join(folder, 'prisma/migrations') })
    return new HelpDeskDatabase(url.href, name, admin)
  }

  /** Notes how many connections there are until `run` ends. */
  async watch<Result>(
    run: () => Promise<Result>,
  ): Promise<{ readonly samples: readonly ConnectionSample[]; readonly result: Result }> {
    const samples: ConnectionSample[] = []
    const startedAt = performance.now()
    const end = new AbortController()
    const watching = this.#sample(startedAt, samples, end.signal)
    try {
      const result = await run()
      return { samples, result }
    } finally {
      end.abort()
      await watching
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin.end()
  }

  async #sample(startedAt: number, samples: ConnectionSample[], end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      const { rows } = await this.#admin.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = $1',
        [this.#name],
      )
      samples.push({ ms: performance.now() - startedAt, connections: rows[0]?.count ?? 0 })
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS))
    }
  }
}
