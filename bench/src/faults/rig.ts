import { setTimeout as delay } from 'node:timers/promises'
import { startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import pg from 'pg'
import { FaultProxy } from './fault-proxy.ts'
import { VARIANTS, type SubjectSettings, type Variant } from './protocol.ts'
import { SubjectProcess } from './subject-process.ts'

const STATE_TIMEOUT_MS = 10_000
const TABLES = `
  CREATE TABLE "User" (id serial PRIMARY KEY, email text UNIQUE NOT NULL);
  INSERT INTO "User" (email) SELECT 'user' || n || '@example.com' FROM generate_series(1, 100) n;
  CREATE TABLE "Entry" (id serial PRIMARY KEY, token text NOT NULL)`

const DEFAULTS = {
  max: 5,
  acquireTimeoutMs: 2_000,
  queryTimeoutMs: 2_000,
  retryDeadlineMs: 5_000,
  hungAfterMs: 12_000,
}

/** One variant of the client, in a process of its own, and the proxy to its database. */
export interface Rig {
  readonly variant: Variant
  readonly name: string
  readonly proxy: FaultProxy
  readonly subject: SubjectProcess
}

/** A server of its own for the rows of the fault matrix, and the clients that are put to them. */
export class FaultLab implements AsyncDisposable {
  readonly server: EmbeddedPostgres
  readonly #generated: string
  #rows = 0

  private constructor(server: EmbeddedPostgres, generated: string) {
    this.server = server
    this.#generated = generated
  }

  /** Starts a server whose commits outlive a crash; `generated` is the file of the client. */
  static async start(generated: string): Promise<FaultLab> {
    const server = await FaultLab.startServer()
    return new FaultLab(server, generated)
  }

  static async startServer(): Promise<EmbeddedPostgres> {
    const server = await startPostgres({
      maxConnections: 60,
      settings: { synchronous_commit: 'on' },
    })
    await using admin = await connected(server.url)
    await admin.client.query(TABLES)
    return server
  }

  /** Asks the server something, on a connection that does not go through a proxy. */
  async ask<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    await using admin = await connected(this.server.url)
    return (await admin.client.query<Row>(sql, values)).rows
  }

  /** Starts both variants, each behind a proxy, runs a row, and ends them. */
  async withRigs<Result>(
    settings: Partial<SubjectSettings>,
    run: (rigs: readonly Rig[]) => Promise<Result>,
  ): Promise<Result> {
    const row = ++this.#rows
    const rigs: Rig[] = []
    try {
      await Promise.all(
        VARIANTS.map(async (variant) => {
          rigs.push(await this.#rig(variant, `fault-${row}-${variant.split(' ')[0]}`, settings))
        }),
      )
      return await run(rigs.toSorted((one) => (one.variant === 'oneprisma' ? -1 : 1)))
    } finally {
      for (const { subject, proxy } of rigs) {
        await subject[Symbol.asyncDispose]()
        await proxy[Symbol.asyncDispose]()
      }
    }
  }

  async #rig(variant: Variant, name: string, settings: Partial<SubjectSettings>): Promise<Rig> {
    const proxy = await FaultProxy.start(this.server.url)
    try {
      const subject = await SubjectProcess.start({
        ...DEFAULTS,
        ...settings,
        variant,
        url: settings.url ?? proxy.urlOf(this.server.url),
        generated: this.#generated,
        applicationName: name,
      })
      return { variant, name, proxy, subject }
    } catch (error) {
      await proxy[Symbol.asyncDispose]()
      throw error
    }
  }

  /** The sessions of a rig at the server. */
  async sessions(rig: Rig): Promise<number> {
    const rows = await this.ask<{ count: number }>(
      'SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = $1',
      [rig.name],
    )
    return rows[0]?.count ?? 0
  }

  /** Waits until a session of a rig is in a state. */
  busy(rig: Rig, state: 'active' | 'idle' | 'idle in transaction' = 'active'): Promise<void> {
    return this.#until(rig, `state = '${state}'`, (count) => count > 0)
  }

  /** Waits until a session of a rig waits for a lock. */
  waitsForLock(rig: Rig): Promise<void> {
    return this.#until(rig, `wait_event_type = 'Lock'`, (count) => count > 0)
  }

  /** Waits until the server has noticed that a process is gone. */
  noSessions(rig: Rig): Promise<void> {
    return this.#until(rig, 'true', (count) => count === 0)
  }

  async #until(rig: Rig, condition: string, isSo: (count: number) => boolean): Promise<void> {
    await this.settles(async () => {
      const rows = await this.ask(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND ${condition}`,
        [rig.name],
      )
      return isSo(rows.length)
    })
  }

  /** Asks again and again until the answer is yes. */
  async settles(isSo: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + STATE_TIMEOUT_MS; Date.now() < end;) {
      if (await isSo()) return
      await delay(10)
    }
    throw new Error(`This did not come about: ${isSo.toString()}`)
  }

  /** How many sessions of a rig sit in an open transaction. */
  async idleInTransaction(rig: Rig): Promise<number> {
    const rows = await this.ask(
      "SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND state LIKE 'idle in transaction%'",
      [rig.name],
    )
    return rows.length
  }

  /** How often each of these tokens is in the database. */
  async entries(...tokens: string[]): Promise<number[]> {
    const rows = await this.ask<{ token: string }>(
      'SELECT token FROM "Entry" WHERE token = ANY($1)',
      [tokens],
    )
    return tokens.map((token) => rows.filter((row) => row.token === token).length)
  }

  /** Ends the sessions of a rig at the server; returns how many there were. */
  async terminate(rig: Rig): Promise<number> {
    const rows = await this.ask(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [rig.name],
    )
    return rows.length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop()
  }
}

/** A connection of the bench's own, closed at the end of its block. */
export async function connected(
  url: string,
): Promise<{ readonly client: pg.Client } & AsyncDisposable> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return { client, [Symbol.asyncDispose]: () => client.end() }
}
