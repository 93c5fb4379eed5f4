import {
  pgBouncerNote,
  runsPgBouncer,
  startPgBouncer,
  type PgBouncer,
  type StartPgBouncerOptions,
} from '@oneprisma/engines/pgbouncer'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { checkServer } from '../src/doctor/live/check-server.ts'
import { liveOptionsOf } from '../src/doctor/live/live-options.ts'
import type { LiveServer } from '../src/doctor/live/live-server.ts'
import { tryNamedStatements } from '../src/doctor/live/named-statements.ts'
import { openServer } from '../src/doctor/live/open-server.ts'
import { readServerUrl } from '../src/doctor/live/server-url.ts'
import {
  changed,
  findingOf,
  findingsOf,
  PASSWORD,
  startDoctorServer,
  type DoctorServer,
} from './doctor-server.ts'

let server: DoctorServer
const poolers: PgBouncer[] = []

beforeAll(async () => {
  server = await startDoctorServer({ maxConnections: 30 })
})

afterAll(() => server.stop())

afterEach(async () => {
  for (const pooler of poolers.splice(0)) await pooler.stop()
})

async function pool(options: Partial<StartPgBouncerOptions> = {}): Promise<PgBouncer> {
  const pooler = await startPgBouncer({ upstream: server.url, ...options })
  poolers.push(pooler)
  return pooler
}

describe.runIf(runsPgBouncer)(`checkServer through PgBouncer${pgBouncerNote}`, () => {
  it('finds no pooler where there is none', async () => {
    const findings = await checkServer({ url: server.url })

    expect(findings.filter(({ code }) => code.startsWith('POOLER_'))).toEqual([])
  })

  it('finds transaction mode by its effect, and says what the console says', async () => {
    const { url } = await pool({ poolSize: 7, maxClients: 300 })

    const finding = await findingOf('POOLER_IN_BETWEEN', { url })

    expect(finding.evidence).toMatchObject({
      mode: 'transaction',
      keepsNamedStatements: false,
      maxClients: 300,
      poolSize: 7,
    })
    expect(finding.message).toMatch(/`PgBouncer 1\.\d+\.\d+` in transaction mode/)
  })

  it('finds transaction mode with a single connection behind it', async () => {
    const { url } = await pool({ poolSize: 1 })

    const finding = await findingOf('POOLER_IN_BETWEEN', { url })

    expect(finding.evidence).toMatchObject({ mode: 'transaction', backends: 1 })
  })

  it('finds transaction mode where others hold transactions open', async () => {
    const { url } = await pool({ poolSize: 3 })
    const others = [await server.connect(url), await server.connect(url)]
    for (const other of others) await other.query('BEGIN')

    const finding = await findingOf('POOLER_IN_BETWEEN', { url })
    for (const other of others) await other.end()

    expect(finding.evidence).toMatchObject({ mode: 'transaction' })
  })

  it('finds session mode by its effect', async () => {
    const { url } = await pool({ poolMode: 'session' })

    const finding = await findingOf('POOLER_IN_BETWEEN', { url })

    expect(finding.evidence).toMatchObject({ mode: 'session' })
    expect(finding.evidence).not.toHaveProperty('keepsNamedStatements')
    expect(finding.change).toContain('`pool_mode = transaction`')
  })

  it('finds session mode where there is no connection for a second client', async () => {
    const { url } = await pool({ poolMode: 'session', poolSize: 1 })

    const finding = await findingOf('POOLER_IN_BETWEEN', {
      url,
      connectTimeoutMs: 200,
      statementTimeoutMs: 50,
    })

    expect(finding.evidence).toMatchObject({ mode: 'session', rounds: 0 })
  })

  it('says that the mode is unknown where the pooler takes no second client', async () => {
    const { url } = await pool({ maxClients: 1 })

    const finding = await findingOf('POOLER_IN_BETWEEN', { url })

    expect(finding.evidence).toMatchObject({ mode: 'unknown' })
  })

  it('finds statement mode, in which Prisma does not work', async () => {
    const { url } = await pool({ poolMode: 'statement' })

    const finding = await findingOf('POOLER_STATEMENT_MODE', { url })

    expect(finding.severity).toBe('error')
    expect(finding.change).toContain('`pool_mode = transaction`')
  })

  it('says of statement mode that nothing else was looked at', async () => {
    const { url } = await pool({ poolMode: 'statement' })

    const finding = await findingOf('SERVER_CHECKS_INCOMPLETE', { url })

    expect(finding.evidence['failed']).toBe(finding.evidence['of'])
  })

  it('looks past a pooler in statement mode with a direct URL', async () => {
    const { url } = await pool({ poolMode: 'statement' })

    const findings = await checkServer({ url, directUrl: server.url })

    const codes = findings.map(({ code }) => code)
    expect(codes).toContain('POOLER_STATEMENT_MODE')
    expect(codes).toContain('CONNECTION_HOLDERS')
    expect(codes).not.toContain('SERVER_CHECKS_INCOMPLETE')
  })

  it('finds that named statements are lost', async () => {
    const { url } = await pool()

    const finding = await findingOf('POOLER_FORGETS_STATEMENTS', { url })

    expect(finding).toMatchObject({ severity: 'info', evidence: { failedWith: '42P05' } })
    expect(finding.change).toContain('`max_prepared_statements = 200`')
  })

  it('takes lost statements for an error where the code names its own', async () => {
    const { url } = await pool()

    const finding = await findingOf('POOLER_FORGETS_STATEMENTS', { url, namesStatements: true })

    expect(finding.severity).toBe('error')
  })

  it('says nothing of named statements in session mode, where they are kept', async () => {
    const { url } = await pool({ poolMode: 'session' })

    expect(
      await findingsOf('POOLER_FORGETS_STATEMENTS', { url, namesStatements: true }),
    ).toHaveLength(0)
  })

  it('leaves no statement, no setting and no row behind', async () => {
    const { url } = await pool({ poolSize: 1 })
    await checkServer({ url })
    const client = await server.connect(url)

    const { rows: statements } = await client.query('SELECT name FROM pg_prepared_statements')
    const { rows: settings } = await client.query(
      `SELECT current_setting('statement_timeout') AS statement,
         current_setting('default_transaction_read_only') AS "readOnly",
         current_setting('idle_in_transaction_session_timeout') AS idle`,
    )
    await client.end()

    expect(statements).toEqual([])
    expect(settings).toEqual([{ statement: '0', readOnly: 'off', idle: '0' }])
  })

  it('asks for a direct URL beside a pooled one', async () => {
    const { url } = await pool()

    const finding = await findingOf('POOLER_WITHOUT_DIRECT_URL', { url })

    expect(finding.change).toContain('`DIRECT_URL`')
  })

  it('says nothing of the direct URL where it leads past the pooler', async () => {
    const { url } = await pool()

    const findings = await checkServer({ url, directUrl: server.url })

    expect(findings.filter(({ code }) => /DIRECT/.test(code)).map(({ code }) => code)).toEqual([])
  })

  it('finds a direct URL that is pooled, too', async () => {
    const { url } = await pool()
    const second = await pool()

    const finding = await findingOf('DIRECT_URL_POOLED', { url, directUrl: second.url })

    expect(finding.message).toContain(`127.0.0.1:${second.port}`)
  })

  it('finds a direct URL to another database of the server', async () => {
    const { url } = await pool()
    const directUrl = await server.createDatabase('elsewhere')

    const finding = await findingOf('DIRECT_URL_ELSEWHERE', { url, directUrl })

    expect(finding.evidence).toMatchObject({
      isSameServer: true,
      database: 'postgres',
      directDatabase: 'elsewhere',
    })
  })

  it('finds a direct URL to another server', async () => {
    const other = await startDoctorServer()

    const finding = await findingOf('DIRECT_URL_ELSEWHERE', {
      url: server.url,
      directUrl: other.url,
    })
    await other.stop()

    expect(finding.evidence).toMatchObject({ isSameServer: false })
  })

  it('compares the pools with what the pooler takes, and not with the server', async () => {
    const { url } = await pool({ maxClients: 100 })

    const finding = await findingOf('POOL_EXCEEDS_SERVER', {
      url,
      poolMax: 10,
      plan: { instances: 6, surge: 6 },
    })

    expect(finding.evidence).toMatchObject({
      wanted: 120,
      limit: 'max_client_conn',
      maxConnections: 100,
    })
  })

  it('says nothing of pools that the pooler takes, though the server would not', async () => {
    const { url } = await pool({ maxClients: 1_000 })

    expect(
      await findingsOf('POOL_EXCEEDS_SERVER', { url, poolMax: 10, plan: { instances: 6 } }),
    ).toHaveLength(0)
  })

  it('compares the pools with the size of a pool where each client keeps a connection', async () => {
    const { url } = await pool({ poolMode: 'session', poolSize: 12 })

    const finding = await findingOf('POOL_EXCEEDS_SERVER', {
      url,
      poolMax: 10,
      plan: { instances: 1, surge: 1 },
    })

    expect(finding.evidence).toMatchObject({ limit: 'pool_size', wanted: 20, usable: 10 })
  })

  it('finds a pooler that may open more than the server has', async () => {
    const { url } = await pool({ poolSize: 40 })

    const finding = await findingOf('POOLER_EXCEEDS_SERVER', { url })

    expect(finding.evidence).toMatchObject({ poolSize: 40, pairs: 1, wanted: 40, room: 27 })
    expect(finding.change).toContain('`default_pool_size = 24`')
  })

  it('counts every pair of role and database of the pooler, and its reserve', async () => {
    await server.role('second')
    const { url } = await pool({
      poolSize: 10,
      users: { second: PASSWORD },
      settings: { reserve_pool_size: '5' },
    })
    const other = await server.connect(changed(url, { username: 'second', password: PASSWORD }))
    await other.query('SELECT 1')

    const finding = await findingOf('POOLER_EXCEEDS_SERVER', { url })
    await other.end()

    expect(finding.evidence).toMatchObject({ poolSize: 10, pairs: 2, wanted: 30, room: 27 })
  })

  it('says nothing where a bound for each database holds', async () => {
    const { url } = await pool({ poolSize: 40, settings: { max_db_connections: '20' } })

    expect(await findingsOf('POOLER_EXCEEDS_SERVER', { url })).toHaveLength(0)
  })

  it('says nothing of a pooler that fits the server', async () => {
    const { url } = await pool({ poolSize: 20 })

    expect(await findingsOf('POOLER_EXCEEDS_SERVER', { url })).toHaveLength(0)
  })

  it('works for a role that the console does not let in', async () => {
    await server.role('plain')
    const { url } = await pool({ users: { plain: PASSWORD } })

    const finding = await findingOf('POOLER_IN_BETWEEN', {
      url: changed(url, { username: 'plain', password: PASSWORD }),
    })

    expect(finding.evidence).toMatchObject({ mode: 'transaction' })
    expect(finding.evidence).not.toHaveProperty('version')
  })
})

describe('tryNamedStatements', () => {
  it('is content where each client has a session of its own, and leaves nothing in it', async () => {
    const options = liveOptionsOf({ url: server.url })
    const open = (): Promise<LiveServer> => openServer(readServerUrl(server.url), 'url', options)
    const [one, other] = [await open(), await open()]

    const named = await tryNamedStatements(one, other)
    const left = await one.ask('SELECT name FROM pg_prepared_statements')
    await one.close()
    await other.close()

    expect(named).toEqual({ isKept: true, failedWith: undefined, rounds: 5 })
    expect(left).toEqual([])
  })
})
