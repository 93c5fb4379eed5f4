import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type pg from 'pg'
import { checkServer } from '../src/doctor/live/check-server.ts'
import {
  findingOf,
  findingsOf,
  startDoctorServer,
  until,
  type DoctorServer,
} from './doctor-server.ts'

// Below any age that a session can have by the time that it is seen.
const AT_ONCE = { idleTransactionMs: 0, longStatementMs: 0, lockWaitMs: 0 }

let server: DoctorServer
let monitor: string
let app: string
const open: pg.Client[] = []

beforeAll(async () => {
  server = await startDoctorServer({ settings: { max_prepared_transactions: '5' } })
  monitor = await server.role('monitor', 'IN ROLE pg_monitor')
  app = await server.role('app')
  await server.sql('CREATE TABLE book (id int PRIMARY KEY, title text)')
  await server.sql("INSERT INTO book VALUES (1, 'Emma')")
  await server.sql('GRANT SELECT, UPDATE ON book TO app')
})

afterAll(() => server.stop())

afterEach(async () => {
  await server.sql(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'web%'",
  )
  open.length = 0
  await until(async () => (await stateOf('web%')).length === 0)
})

async function connect(application: string): Promise<pg.Client> {
  const client = await server.connect(app, application)
  open.push(client)
  return client
}

/** Starts a statement that does not end by itself. */
function start(client: pg.Client, text: string): void {
  client.query(text).catch(() => {})
}

async function stateOf(
  application: string,
): Promise<Array<{ pid: number; state: string; waits: string | null }>> {
  return server.sql(
    `SELECT pid, state, wait_event_type AS waits FROM pg_stat_activity WHERE application_name LIKE '${application}'`,
  )
}

async function isIn(application: string, state: string, waits?: string): Promise<void> {
  await until(async () => {
    const [session] = await stateOf(application)
    return session?.state === state && (waits === undefined || session.waits === waits)
  })
}

async function pidOf(application: string): Promise<number> {
  const [session] = await stateOf(application)
  return session?.pid ?? 0
}

describe('checkServer on transactions', () => {
  it('finds one that is idle for long, by its process, program and shape', async () => {
    const client = await connect('web@1#4711')
    await client.query('BEGIN')
    await client.query("UPDATE book SET title = 'a secret title' WHERE id = 1 /* route=/secret */")
    await isIn('web@1#4711', 'idle in transaction')
    const pid = await pidOf('web@1#4711')

    const finding = await findingOf('TRANSACTION_LEFT_IDLE', { ...AT_ONCE, url: monitor })

    expect(finding.evidence).toMatchObject({
      sessions: 1,
      pids: String(pid),
      applications: 'web@1#4711',
    })
    expect(finding.message).toContain(`process ${pid} of \`web@1#4711\``)
    expect(finding.message).toContain('`UPDATE book SET title = ? WHERE id = ?`')
    expect(finding.change).toContain(`pg_terminate_backend(${pid})`)
    expect(finding.change).toContain(
      '`ALTER ROLE "app" SET idle_in_transaction_session_timeout = \'60s\'`',
    )
    expect(JSON.stringify(finding)).not.toContain('secret')
  })

  it('finds one that has failed and was not ended', async () => {
    const client = await connect('web@1#4711')
    await client.query('BEGIN')
    await client.query('SELECT 1 / 0').catch(() => {})
    await isIn('web@1#4711', 'idle in transaction (aborted)')

    expect(await findingsOf('TRANSACTION_LEFT_IDLE', { ...AT_ONCE, url: monitor })).toHaveLength(1)
  })

  it('says nothing of one that is younger than the bound', async () => {
    const client = await connect('web@1#4711')
    await client.query('BEGIN')
    await isIn('web@1#4711', 'idle in transaction')

    expect(await findingsOf('TRANSACTION_LEFT_IDLE', { url: monitor })).toEqual([])
  })

  it('is clean once it has ended', async () => {
    const client = await connect('web@1#4711')
    await client.query('BEGIN')
    await client.query('COMMIT')
    await isIn('web@1#4711', 'idle')

    expect(await findingsOf('TRANSACTION_LEFT_IDLE', { ...AT_ONCE, url: monitor })).toEqual([])
  })

  it('says that others were not looked at where the role may not', async () => {
    const client = await server.connect(server.url, 'web@1#4711')
    await client.query('BEGIN')
    await isIn('web@1#4711', 'idle in transaction')

    const findings = await checkServer({ ...AT_ONCE, url: app })

    const codes = findings.map(({ code }) => code)
    expect(codes).not.toContain('TRANSACTION_LEFT_IDLE')
    expect(codes).toContain('SERVER_PRIVILEGES_MISSING')
  })

  it('sees those of its own role without any privilege', async () => {
    const client = await connect('web@1#4711')
    await client.query('BEGIN')
    await isIn('web@1#4711', 'idle in transaction')

    expect(await findingsOf('TRANSACTION_LEFT_IDLE', { ...AT_ONCE, url: app })).toHaveLength(1)
  })

  it('finds one that was prepared and left', async () => {
    const client = await server.connect(server.url)
    await client.query('BEGIN')
    await client.query("UPDATE book SET title = 'Persuasion' WHERE id = 1")
    await client.query("PREPARE TRANSACTION 'order''s 17'")
    await client.end()

    const finding = await findingOf('PREPARED_TRANSACTION_LEFT', { ...AT_ONCE, url: app })
    await server.sql("ROLLBACK PREPARED 'order''s 17'")
    const after = await findingsOf('PREPARED_TRANSACTION_LEFT', { ...AT_ONCE, url: app })

    expect(finding.evidence).toMatchObject({ transactions: 1 })
    expect(finding.change).toContain("`ROLLBACK PREPARED 'order''s 17'`")
    expect(after).toEqual([])
  })
})

describe('checkServer on statements', () => {
  it('finds one that runs for long, without its values', async () => {
    const client = await connect('web@1#4711')
    start(client, "SELECT pg_sleep(3600), 'a secret word'")
    await isIn('web@1#4711', 'active')

    const finding = await findingOf('STATEMENT_RUNNING_LONG', { ...AT_ONCE, url: monitor })

    expect(finding.message).toContain('`SELECT pg_sleep(...), ?`')
    expect(finding.change).toContain(`pg_cancel_backend(${await pidOf('web@1#4711')})`)
    expect(JSON.stringify(finding)).not.toContain('secret')
  })

  it('says nothing of one that is younger than the bound', async () => {
    const client = await connect('web@1#4711')
    start(client, 'SELECT pg_sleep(3600)')
    await isIn('web@1#4711', 'active')

    expect(await findingsOf('STATEMENT_RUNNING_LONG', { url: monitor })).toEqual([])
  })
})

describe('checkServer on locks', () => {
  it('finds who waits, and who is at the head of the queue', async () => {
    const holder = await connect('web-holder@1#1')
    await holder.query('BEGIN')
    await holder.query("UPDATE book SET title = 'a secret title' WHERE id = 1")
    const first = await connect('web-first@1#2')
    start(first, "UPDATE book SET title = 'another secret' WHERE id = 1")
    await isIn('web-first%', 'active', 'Lock')
    const second = await connect('web-second@1#3')
    start(second, "UPDATE book SET title = 'a third secret' WHERE id = 1")
    await isIn('web-second%', 'active', 'Lock')

    const finding = await findingOf('LOCK_WAIT', { ...AT_ONCE, url: monitor })

    const head = await pidOf('web-holder%')
    expect(finding.evidence).toMatchObject({ waiting: 2, blockingPids: String(head) })
    expect(finding.message).toContain('`UPDATE book SET title = ? WHERE id = ?`, behind process')
    expect(finding.message).toContain(
      `behind process ${head} of \`web-holder@1#1\` (idle in transaction)`,
    )
    expect(finding.change).toContain(`pg_terminate_backend(${head})`)
    expect(JSON.stringify(finding)).not.toContain('secret')
  })

  it('counts a statement that waits for a lock once, and not as one that runs', async () => {
    const holder = await connect('web-holder@1#1')
    await holder.query('BEGIN')
    await holder.query("UPDATE book SET title = 'Emma' WHERE id = 1")
    const waiter = await connect('web-waiter@1#2')
    start(waiter, "UPDATE book SET title = 'Emma' WHERE id = 1")
    await isIn('web-waiter%', 'active', 'Lock')

    const findings = await checkServer({ ...AT_ONCE, url: monitor })

    const codes = findings.map(({ code }) => code)
    expect(codes).toContain('LOCK_WAIT')
    expect(codes).not.toContain('STATEMENT_RUNNING_LONG')
  })

  it('names a prepared transaction that others wait for', async () => {
    const client = await server.connect(server.url)
    await client.query('BEGIN')
    await client.query("UPDATE book SET title = 'Persuasion' WHERE id = 1")
    await client.query("PREPARE TRANSACTION 'order 18'")
    await client.end()
    const waiter = await connect('web-waiter@1#2')
    start(waiter, "UPDATE book SET title = 'Emma' WHERE id = 1")
    await isIn('web-waiter%', 'active', 'Lock')

    const finding = await findingOf('LOCK_WAIT', { ...AT_ONCE, url: monitor })
    await server.sql("ROLLBACK PREPARED 'order 18'")

    expect(finding.message).toContain('behind a prepared transaction')
    expect(finding.change).toContain('`SELECT * FROM pg_prepared_xacts`')
  })

  it('is clean where nobody waits', async () => {
    const holder = await connect('web-holder@1#1')
    await holder.query('BEGIN')
    await holder.query("UPDATE book SET title = 'Emma' WHERE id = 1")

    expect(await findingsOf('LOCK_WAIT', { ...AT_ONCE, url: monitor })).toEqual([])
  })
})
