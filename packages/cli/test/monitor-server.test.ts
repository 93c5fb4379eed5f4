import pg from 'pg'
import { startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { pgBouncerNote, runsPgBouncer, startPgBouncer } from '@oneprisma/engines/pgbouncer'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { isFailure, type Failure } from '../src/monitor/gap.ts'
import type { ServerSample } from '../src/monitor/server/server-sample.ts'
import { ServerWatcher } from '../src/monitor/server/server-watcher.ts'

const TIMEOUT_MS = 5_000

let server: EmbeddedPostgres
let admin: pg.Client

beforeAll(async () => {
  server = await startPostgres({
    settings: { shared_preload_libraries: 'pg_stat_statements', autovacuum_naptime: '1' },
  })
  admin = await connect(server.url, 'admin')
  await admin.query(`
    CREATE SCHEMA "odd schema"; CREATE EXTENSION pg_stat_statements SCHEMA "odd schema";
    CREATE ROLE nothing LOGIN PASSWORD 'nothing of it'; CREATE ROLE sees LOGIN PASSWORD 'p';
    CREATE ROLE monitors LOGIN PASSWORD 'p'; CREATE ROLE app LOGIN PASSWORD 'p';
    GRANT pg_read_all_stats TO sees; GRANT pg_monitor TO monitors;
    REVOKE ALL ON SCHEMA public FROM PUBLIC`)
})
afterAll(async () => {
  await admin?.end().catch(() => {})
  await server?.stop()
})

async function connect(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: name })
  client.on('error', () => {})
  await client.connect()
  return client
}

function urlOf(role: string, password = 'p'): string {
  const url = new URL(server.url)
  url.username = role
  url.password = password
  return url.href
}

function watch(url: string): ServerWatcher {
  const watcher = new ServerWatcher(url)
  onTestFinished(() => watcher.close())
  return watcher
}

async function ask(watcher: ServerWatcher, withStatements = false): Promise<ServerSample> {
  const answer = await watcher.sample({ withStatements, timeoutMs: TIMEOUT_MS })
  if (isFailure(answer)) throw new Error(`${answer.code}: ${answer.message}`)
  return answer
}

async function refusal(watcher: ServerWatcher, timeoutMs = TIMEOUT_MS): Promise<Failure> {
  const answer = await watcher.sample({ withStatements: false, timeoutMs })
  if (!isFailure(answer)) throw new Error('It was answered.')
  return answer
}

/** An app with a connection that is active, and one that is idle in a transaction. */
async function startApp(): Promise<void> {
  const [active, idle] = [
    await connect(urlOf('app'), 'shop@v1#7'),
    await connect(urlOf('app'), 'shop@v1#8'),
  ]
  await idle.query('BEGIN')
  const { rows } = await active.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const sleeping = active.query('SELECT pg_sleep(60)').catch(() => {})
  onTestFinished(async () => {
    await admin.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
    await sleeping
    await idle.end()
  })
  await expect
    .poll(async () => {
      const found = await admin.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'shop@v1#7' AND state = 'active'`,
      )
      return found.rowCount
    })
    .toBe(1)
}

describe('ServerWatcher', () => {
  it.each<[role: string, password: string, seesAll: boolean]>([
    ['nothing', 'nothing of it', false],
    ['sees', 'p', true],
    ['monitors', 'p', true],
  ])('counts connections as the role "%s"', async (role, password, seesAll) => {
    await startApp()
    const watcher = watch(urlOf(role, password))

    const { sessions, database, statements } = await ask(watcher, true)

    const shop = sessions.filter(({ name }) => name.startsWith('shop@v1#'))
    expect(shop.map(({ connections }) => connections)).toEqual([1, 1])
    expect(sessions.find(({ name }) => name === 'admin')?.connections).toBe(1)
    expect(watcher.facts?.seesAll).toBe(seesAll)
    // What others do is not told to whoever has no privileges.
    const sum = (read: 'active' | 'inTransaction' | 'hidden'): number =>
      shop.reduce((total, each) => total + each[read], 0)
    expect([sum('active'), sum('inTransaction'), sum('hidden')]).toEqual(
      seesAll ? [1, 1, 0] : [0, 0, 2],
    )
    expect(database.xact_commit).toBeGreaterThan(0)
    expect(database.sessions).toBeGreaterThan(0)
    // The extension is in a schema that none of them may use.
    expect(watcher.facts?.hasStatements).toBe(false)
    expect(statements).toBeUndefined()
  })

  it.each(['nothing', 'monitors'])(
    'reads sums of pg_stat_statements as "%s" once its schema can be used',
    async (role) => {
      await admin.query(`GRANT USAGE ON SCHEMA "odd schema" TO ${role}`)
      onTestFinished(
        async () => void (await admin.query(`REVOKE USAGE ON SCHEMA "odd schema" FROM ${role}`)),
      )
      const watcher = watch(urlOf(role, role === 'nothing' ? 'nothing of it' : 'p'))

      const before = (await ask(watcher, true)).statements
      await admin.query('SELECT 1')
      const after = (await ask(watcher, true)).statements

      expect(after?.calls).toBeGreaterThan(before?.calls ?? Infinity)
      expect(after?.totalMs).toBeGreaterThan(before?.totalMs ?? Infinity)
      expect(watcher.facts?.hasStatements).toBe(true)
    },
  )

  it('counts no background process, not itself, and not other monitors', async () => {
    const [one, other] = [watch(server.url), watch(server.url)]
    await ask(other)

    const { sessions } = await ask(one)

    expect(sessions).toEqual([
      { name: 'admin', connections: 1, active: 0, inTransaction: 0, hidden: 0 },
    ])
  })

  it('counts no vacuum that the server started, though its kind is hidden', async () => {
    await admin.query(`
      CREATE TABLE churn WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
        autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)
        AS SELECT n, repeat('x', 500) FROM generate_series(1, 20000) n;
      DELETE FROM churn; SELECT pg_stat_force_next_flush()`)
    onTestFinished(async () => void (await admin.query('DROP TABLE churn')))
    const vacuums = async (): Promise<number | null> => {
      const { rowCount } = await admin.query(
        `SELECT FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' AND datname = current_database()`,
      )
      return rowCount
    }
    await expect.poll(vacuums, { timeout: 25_000, interval: 100 }).toBe(1)

    const { sessions } = await ask(watch(urlOf('nothing', 'nothing of it')))

    expect(await vacuums()).toBe(1)
    expect(sessions.map(({ name }) => name)).toEqual(['admin'])
  })

  it('has one connection, under its name, and leaves nothing open between samples', async () => {
    const watcher = watch(server.url)
    await ask(watcher, true)
    await ask(watcher, true)

    const { rows } = await admin.query(
      `SELECT state, current_setting('transaction_read_only') AS own, query FROM pg_stat_activity
       WHERE application_name = 'oneprisma-monitor'`,
    )

    expect(rows).toEqual([expect.objectContaining({ state: 'idle' })])
    expect(rows[0]?.query).toMatch(
      /^BEGIN READ ONLY; SET LOCAL statement_timeout = 5000;.*COMMIT$/s,
    )
  })

  it('tells what the server allows, and nothing of the URL', async () => {
    const watcher = watch(server.url)
    await ask(watcher)

    expect(watcher.facts).toEqual({
      version: expect.stringMatching(/^18\./),
      database: 'postgres',
      maxConnections: 100,
      reserved: 3,
      seesAll: true,
      isPooled: false,
      hasStatements: true,
    })
  })

  it('connects again where its session was ended', async () => {
    const watcher = watch(server.url)
    await ask(watcher)
    await admin.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'oneprisma-monitor'`,
    )
    await expect.poll(() => watcher.facts).toBeUndefined()

    expect((await ask(watcher)).sessions).toHaveLength(1)
  })

  it('hides what looks like a secret in the name of a connection', async () => {
    const client = await connect(urlOf('app'), 'job postgres://app:hidden@db/shop')
    onTestFinished(() => client.end())

    const { sessions } = await ask(watch(server.url))

    expect(JSON.stringify(sessions)).not.toContain('hidden@')
    expect(sessions.map(({ name }) => name)).toContain('(hidden)')
  })

  it.each<[what: string, url: () => string, message: RegExp]>([
    [
      'a wrong password',
      () => urlOf('app', 'so secret'),
      /password authentication failed for user "app"/,
    ],
    [
      'a missing database',
      () => server.url.replace(/\/postgres$/, '/none'),
      /database "none" does not/,
    ],
    ['a closed port', () => server.url.replace(/:\d+\//, ':1/'), /^ECONNREFUSED$/],
    [
      'a name that is none',
      () => 'postgres://u:so%20secret@none.invalid/db',
      /^(ENOTFOUND|EAI_AGAIN)$/,
    ],
  ])('tells of %s without the secret', async (_, url, message) => {
    const { code, message: told } = await refusal(watch(url()))

    expect(code).toBe('SERVER_UNREACHABLE')
    expect(told).toMatch(message)
    expect(told).not.toContain('secret')
  })
})

it('sees what the sessions of its own role do, without any privilege', async () => {
  await startApp()

  const { sessions } = await ask(watch(urlOf('app')))

  const shop = sessions.filter(({ name }) => name.startsWith('shop@v1#'))
  expect(shop.toSorted((one, other) => (one.name < other.name ? -1 : 1))).toEqual([
    expect.objectContaining({ active: 1, hidden: 0 }),
    expect.objectContaining({ inTransaction: 1, hidden: 0 }),
  ])
})

describe('ServerWatcher, where a server goes away', () => {
  it('tells so while it is gone, and goes on when it is back, started anew', async () => {
    const own = await startPostgres()
    onTestFinished(() => own.stop())
    const watcher = watch(own.url)
    const before = await ask(watcher)

    await own.halt('immediate')
    const { code } = await refusal(watcher)
    await own.start()
    const after = await ask(watcher)

    expect(code).toBe('SERVER_UNREACHABLE')
    expect(after.startedAt).toBeGreaterThan(before.startedAt)
  })

  it('does not wait for a server that hangs', async () => {
    const own = await startPostgres()
    onTestFinished(() => own.stop())
    const watcher = watch(own.url)
    await ask(watcher)
    const client = await connect(own.url, 'killer')
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'oneprisma-monitor'`,
    )
    await client.end()
    const pid = rows[0]?.pid
    if (pid === undefined) throw new Error('There is no session.')
    process.kill(pid, 'SIGSTOP')
    onTestFinished(() => void process.kill(pid, 'SIGCONT'))

    expect(await refusal(watcher, 500)).toEqual({
      code: 'SERVER_UNREACHABLE',
      message: 'it does not answer within 500 ms',
    })
    expect((await ask(watcher)).startedAt).toBeGreaterThan(0)
  })

  it('lets go of a question when it is closed', async () => {
    const own = await startPostgres()
    onTestFinished(() => own.stop())
    process.kill(own.pid, 'SIGSTOP')
    onTestFinished(() => void process.kill(own.pid, 'SIGCONT'))
    const watcher = watch(own.url)
    const asked = refusal(watcher, 600_000)

    watcher.close()

    expect((await asked).code).toBe('SERVER_UNREACHABLE')
  })
})

describe.skipIf(!runsPgBouncer)(`ServerWatcher, through PgBouncer${pgBouncerNote}`, () => {
  it('knows that there is a pooler, and leaves nothing behind in its sessions', async () => {
    const pooler = await startPgBouncer({ upstream: server.url, poolSize: 1 })
    onTestFinished(() => pooler.stop())
    const watcher = watch(pooler.url)

    await ask(watcher, true)

    expect(watcher.facts?.isPooled).toBe(true)
    const client = await connect(pooler.url, 'shop')
    onTestFinished(() => client.end())
    const { rows } = await client.query(
      `SELECT current_setting('statement_timeout') AS timeout,
        current_setting('default_transaction_read_only') AS "readOnly"`,
    )
    expect(rows).toEqual([{ timeout: '0', readOnly: 'off' }])
  })
})
