import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { withFleet, type FleetOptions } from '../src/with-fleet.ts'

type Factory = ReturnType<typeof wrapped>
type Adapter = Awaited<ReturnType<Factory['connect']>>

/** One process of a fleet, as far as a pool stands for one. */
export interface Member {
  readonly adapter: Adapter
  readonly pool: pg.Pool
  /** Runs a statement. */
  readonly run: (sql?: string) => Promise<unknown>
}

/** A fleet with a name of its own, and an eye on it at the server. */
export class Members implements AsyncDisposable {
  readonly name: string = `fleet-${crypto.randomUUID().slice(0, 8)}`
  readonly #url: string
  readonly #admin: pg.Client
  readonly #members = new Set<Member>()
  readonly #loads = new Set<() => Promise<void>>()

  private constructor(url: string, admin: pg.Client) {
    this.#url = url
    this.#admin = admin
  }

  static async on(url: string): Promise<Members> {
    const admin = new pg.Client(url)
    await admin.connect()
    return new Members(url, admin)
  }

  async join(
    options: FleetOptions,
    config: pg.PoolConfig = {},
    wrap: (factory: Factory) => Factory = (factory) => factory,
  ): Promise<Member> {
    const factory = wrap(wrapped(this.config(config), { name: this.name, ...options }))
    const adapter = await factory.connect()
    const pool = adapter.underlyingDriver()
    const run = (sql = 'SELECT 1 AS one'): Promise<unknown> =>
      adapter.queryRaw({ sql, args: [], argTypes: [] })
    const member = { adapter, pool, run }
    this.#members.add(member)
    return member
  }

  config(config: pg.PoolConfig = {}): pg.PoolConfig {
    return { connectionString: this.#url, max: 10, application_name: this.name, ...config }
  }

  async leave(member: Member): Promise<void> {
    this.#members.delete(member)
    await member.adapter.dispose()
  }

  /** Keeps a member busy with so many queries at once, until what it returns is called. */
  load(member: Member, queries: number, sql = 'SELECT 1 AS one FROM pg_sleep(0.005)'): Load {
    const load: Load = { answers: 0, errors: [], stop: async () => {} }
    const end = new AbortController()
    const one = async (): Promise<void> => {
      while (!end.signal.aborted) {
        try {
          // oxlint-disable-next-line no-await-in-loop
          await member.run(sql)
          load.answers++
        } catch (error) {
          load.errors.push(error)
        }
      }
    }
    const all = Promise.all(Array.from({ length: queries }, one))
    load.stop = async () => {
      end.abort()
      await all
    }
    this.#loads.add(load.stop)
    return load
  }

  /** How many sessions the server has for the fleet. */
  async sessions(): Promise<number> {
    const { rows } = await this.ask(
      'SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = $1',
    )
    return Number(rows[0]?.['count'])
  }

  /** Asks the server for something, with the name of the fleet as `$1`. */
  async ask(sql: string): Promise<pg.QueryResult<Record<string, unknown>>> {
    return this.#admin.query(sql, sql.includes('$1') ? [this.name] : [])
  }

  /** Takes the greatest number of sessions until `run` has ended. */
  async mostDuring(run: () => Promise<unknown>): Promise<number> {
    let most = 0
    const end = new AbortController()
    const watch = async (): Promise<void> => {
      // oxlint-disable-next-line no-await-in-loop
      while (!end.signal.aborted) most = Math.max(most, await this.sessions())
    }
    const watching = watch()
    try {
      await run()
    } finally {
      end.abort()
      await watching
    }
    return most
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#loads].map((stop) => stop()))
    await Promise.all([...this.#members].map((member) => this.leave(member)))
    await this.#admin.end()
  }
}

/** Queries that go on. */
export interface Load {
  answers: number
  readonly errors: unknown[]
  stop: () => Promise<void>
}

function wrapped(config: pg.PoolConfig, options: FleetOptions): PrismaPg {
  return withFleet(new PrismaPg(config), options)
}
