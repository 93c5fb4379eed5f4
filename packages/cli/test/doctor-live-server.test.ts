import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startPostgres } from '@oneprisma/testing'
import { pgBouncerNote, runsPgBouncer, startPgBouncer } from '@oneprisma/engines/pgbouncer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkServer } from '../src/doctor/live/check-server.ts'
import { judgeVersion } from '../src/doctor/live/check-version.ts'
import { liveOptionsOf } from '../src/doctor/live/live-options.ts'
import { openServer } from '../src/doctor/live/open-server.ts'
import { readServerUrl } from '../src/doctor/live/server-url.ts'
import type { DoctorFinding } from '../src/doctor/finding.ts'
import {
  changed,
  findingOf,
  findingsOf,
  PASSWORD,
  startDoctorServer,
  until,
  type DoctorServer,
} from './doctor-server.ts'

let server: DoctorServer
let url: string

beforeAll(async () => {
  server = await startDoctorServer()
  url = await server.role('app')
})

afterAll(() => server.stop())

/** Changes what sessions of the role `app` start with, and takes it back. */
async function withSettings<Result>(
  settings: Readonly<Record<string, string | number>>,
  look: () => Promise<Result>,
): Promise<Result> {
  for (const [name, value] of Object.entries(settings)) {
    await server.sql(`ALTER ROLE app SET ${name} = '${value}'`)
  }
  const result = await look()
  await server.sql('ALTER ROLE app RESET ALL')
  return result
}

describe('checkServer on a well-kept server', () => {
  it('says who is connected, and nothing else', async () => {
    const kept = await startDoctorServer({
      settings: {
        shared_preload_libraries: 'pg_stat_statements',
        track_activity_query_size: '4096',
        tcp_keepalives_idle: '60',
        tcp_keepalives_interval: '10',
        tcp_keepalives_count: '6',
        statement_timeout: '30s',
        idle_in_transaction_session_timeout: '60s',
        lock_timeout: '10s',
      },
    })
    await kept.sql('CREATE EXTENSION pg_stat_statements')
    const role = await kept.role('app', 'IN ROLE pg_monitor')

    const findings = await checkServer({ url: role, plan: { instances: 2 }, poolMax: 10 })
    await kept.stop()

    expect(findings.map(({ code }) => code)).toEqual(['CONNECTION_HOLDERS'])
  })
})

describe('checkServer on the version', () => {
  it('finds a version whose updates have ended, by the clock that it is given', async () => {
    const finding = await findingOf('SERVER_VERSION_ENDED', {
      url,
      now: () => Date.parse('2031-01-01'),
    })

    expect(finding.evidence).toMatchObject({ lastDay: '2030-11-14' })
    expect(finding.message).toMatch(/PostgreSQL 18\.\d+, which gets no more security updates/)
  })

  it.each([
    [90_624, '2026-11-28', 'SERVER_VERSION_ENDED'],
    [130_023, '2025-11-12', 'SERVER_VERSION_ENDING'],
    [130_023, '2025-11-14', 'SERVER_VERSION_ENDED'],
    [150_018, '2027-05-01', undefined],
    [150_018, '2027-06-01', 'SERVER_VERSION_ENDING'],
    [180_004, '2026-11-28', undefined],
    [190_000, '2040-01-01', undefined],
  ])('takes %d on %s for %s', (version, day, code) => {
    expect(judgeVersion(version, Date.parse(day))[0]?.code).toBe(code)
  })
})

describe('checkServer on what may be written', () => {
  it('finds a standby', async () => {
    const standby = await startPostgres()
    await standby.halt()
    writeFileSync(join(standby.folder, 'data', 'standby.signal'), '')
    await standby.start()

    const finding = await findingOf('SERVER_IS_STANDBY', { url: standby.url })
    await standby.stop()

    expect(finding.severity).toBe('error')
    expect(finding.change).toContain('address of the primary')
  })

  it('finds a role whose transactions start read-only', async () => {
    const finding = await withSettings({ default_transaction_read_only: 'on' }, () =>
      findingOf('DATABASE_READ_ONLY', { url }),
    )

    expect(finding.change).toContain('`ALTER ROLE "app" RESET default_transaction_read_only`')
  })

  it('takes its own read-only transactions for nobody else', async () => {
    const findings = await checkServer({ url })

    expect(findings.map(({ code }) => code)).not.toContain('DATABASE_READ_ONLY')
  })
})

describe('checkServer on clocks', () => {
  it.each([
    ['ahead of', -60_000],
    ['behind', 60_000],
  ])('finds a server that is %s this machine', async (words, offset) => {
    const finding = await findingOf('SERVER_CLOCK_OFF', { url, now: () => Date.now() + offset })

    expect(finding.message).toMatch(new RegExp(`is (?:59|60) s ${words} that of this machine`))
    expect(finding.evidence['skewMs']).toBeTypeOf('number')
  })

  it('says nothing of clocks that agree', async () => {
    expect(await findingsOf('SERVER_CLOCK_OFF', { url })).toEqual([])
  })
})

describe('checkServer on roles', () => {
  it('finds an application that is a superuser', async () => {
    const finding = await findingOf('ROLE_IS_SUPERUSER', { url: server.url })

    expect(finding).toMatchObject({
      severity: 'info',
      evidence: { role: 'postgres', superuserReserved: 3 },
    })
  })

  it('says what a role with nothing but CONNECT does not see, and looks at the rest', async () => {
    const finding = await findingOf('SERVER_PRIVILEGES_MISSING', { url })

    expect(finding.severity).toBe('info')
    expect(finding.change).toContain('`GRANT pg_monitor TO "app"`')
    expect(await findingsOf('SERVER_CHECKS_INCOMPLETE', { url })).toEqual([])
  })

  it('says nothing of privileges to a member of pg_monitor', async () => {
    const monitor = await server.role('monitor', 'IN ROLE pg_monitor')

    const findings = await checkServer({ url: monitor })

    const codes = findings.map(({ code }) => code)
    expect(codes).not.toContain('SERVER_PRIVILEGES_MISSING')
    expect(codes).not.toContain('ROLE_IS_SUPERUSER')
  })
})

describe('checkServer on timeouts', () => {
  it.each([
    ['STATEMENT_TIMEOUT_MISSING', 'statement_timeout', '30s'],
    ['IDLE_TRANSACTION_TIMEOUT_MISSING', 'idle_in_transaction_session_timeout', '60s'],
    ['LOCK_TIMEOUT_MISSING', 'lock_timeout', '10s'],
  ] as const)('finds %s, and is clean with what it proposes', async (code, name, proposal) => {
    const finding = await findingOf(code, { url })
    const after = await withSettings({ [name]: proposal }, () => findingsOf(code, { url }))

    expect(finding.change).toContain(`\`ALTER ROLE "app" SET ${name} = '${proposal}'\``)
    expect(after).toEqual([])
  })

  it('says nothing of a timeout that the code sets', async () => {
    const findings = await checkServer({ url, boundsInCode: ['statement_timeout'] })

    const codes = findings.map(({ code }) => code)
    expect(codes).not.toContain('STATEMENT_TIMEOUT_MISSING')
    expect(codes).toContain('IDLE_TRANSACTION_TIMEOUT_MISSING')
  })

  it('takes a timeout that the URL sets', async () => {
    const bounded = changed(url, { parameters: { options: '-c statement_timeout=9000' } })

    expect(await findingsOf('STATEMENT_TIMEOUT_MISSING', { url: bounded })).toEqual([])
  })
})

describe('checkServer on what the server logs', () => {
  it.each([
    { log_min_duration_statement: 250 },
    { log_statement: 'all' },
    { log_statement: 'mod' },
    { log_min_duration_sample: 10 },
    { log_transaction_sample_rate: 0.01 },
  ])('finds parameters in the log with %j, and none once they are cut', async (settings) => {
    const [finding] = await withSettings(settings, () =>
      findingsOf('SERVER_LOGS_PARAMETERS', { url }),
    )
    const after = await withSettings({ ...settings, log_parameter_max_length: 0 }, () =>
      findingsOf('SERVER_LOGS_PARAMETERS', { url }),
    )

    expect(finding?.message).toContain(
      `\`${Object.keys(settings).join('')} = ${Object.values(settings).join('')}\` with \`log_parameter_max_length = -1\``,
    )
    expect(finding?.change).toContain('`ALTER SYSTEM SET log_parameter_max_length = 0`')
    expect(Object.keys(finding?.evidence ?? {}).toSorted()).toEqual(
      ['log_parameter_max_length', ...Object.keys(settings)].toSorted(),
    )
    expect(after).toEqual([])
  })

  it('finds parameters in the log beside errors', async () => {
    const [finding] = await withSettings({ log_parameter_max_length_on_error: 100 }, () =>
      findingsOf('SERVER_LOGS_PARAMETERS', { url }),
    )

    expect(finding?.change).toContain('`ALTER SYSTEM SET log_parameter_max_length_on_error = 0`')
  })

  it('finds parameters in the log beside plans', async () => {
    const [finding] = await withSettings(
      { session_preload_libraries: 'auto_explain', 'auto_explain.log_min_duration': 100 },
      () => findingsOf('SERVER_LOGS_PARAMETERS', { url }),
    )

    expect(finding?.change).toContain(
      '`ALTER SYSTEM SET auto_explain.log_parameter_max_length = 0`',
    )
  })

  it('says nothing of a server that logs no statements', async () => {
    expect(await findingsOf('SERVER_LOGS_PARAMETERS', { url })).toEqual([])
  })
})

describe('checkServer on what can be seen', () => {
  it('finds statements that are cut off', async () => {
    const finding = await findingOf('STATEMENT_TEXT_CUT', { url })

    expect(finding.evidence).toEqual({ trackActivityQuerySize: 1_024 })
  })

  it('finds that statistics of statements are not loaded', async () => {
    const finding = await findingOf('STATEMENT_STATISTICS_MISSING', { url })

    expect(finding.evidence).toEqual({ isLoaded: false, isCreated: false, isAvailable: true })
    expect(finding.change).toContain('`shared_preload_libraries`')
  })

  it('finds that statistics of statements are loaded, and not created', async () => {
    const loaded = await startDoctorServer({
      settings: { shared_preload_libraries: 'pg_stat_statements' },
    })

    const finding = await findingOf('STATEMENT_STATISTICS_MISSING', { url: loaded.url })
    await loaded.stop()

    expect(finding.change).toBe('`CREATE EXTENSION pg_stat_statements`')
  })

  it('finds keep-alives that are slow', async () => {
    const finding = await findingOf('SERVER_KEEPALIVES_SLOW', { url })

    expect(finding.evidence['noticedAfterMs']).toBeGreaterThan(300_000)
  })
})

describe('checkServer on a server that stalls', () => {
  it('gives up the check that waits, and makes the others', async () => {
    const locker = await server.connect(server.url, 'test')
    await locker.query('BEGIN')
    await locker.query('LOCK TABLE pg_extension IN ACCESS EXCLUSIVE MODE')

    const findings = await checkServer({ url, statementTimeoutMs: 100 })
    await locker.end()

    expect(incompleteOf(findings)?.message).toContain(
      '1 check could not be made: views and statistics (cancelled after 100 ms)',
    )
    expect(findings.map(({ code }) => code)).toContain('SERVER_PRIVILEGES_MISSING')
  })

  it('gives up a server process that is frozen, and everything behind it at once', async () => {
    const locker = await server.connect(server.url, 'test')
    await locker.query('BEGIN')
    await locker.query('LOCK TABLE pg_extension IN ACCESS EXCLUSIVE MODE')
    const checking = checkServer({ url, statementTimeoutMs: 2_000 })
    let pid: number | undefined
    await until(async () => {
      const [waiting] = await server.sql<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'oneprisma-doctor' AND wait_event_type = 'Lock'",
      )
      pid = waiting?.pid
      return pid !== undefined
    })
    if (pid !== undefined) process.kill(pid, 'SIGSTOP')

    const findings = await checking
    if (pid !== undefined) process.kill(pid, 'SIGCONT')
    await locker.end()

    expect(incompleteOf(findings)?.message).toContain(
      'views and statistics (no answer within 2000 ms); privileges (the connection was lost)',
    )
  })

  function incompleteOf(findings: readonly DoctorFinding[]): DoctorFinding | undefined {
    return findings.find(({ code }) => code === 'SERVER_CHECKS_INCOMPLETE')
  }
})

describe('checkServer itself', () => {
  it('leaves no connection behind', async () => {
    await checkServer({ url, directUrl: server.url })
    const left = (): Promise<unknown[]> =>
      server.sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'oneprisma-doctor'")

    // The server counts a connection until its process is gone.
    await until(async () => (await left()).length === 0)

    expect(await left()).toEqual([])
  })

  it('needs no more than one connection, and a second for a direct URL', async () => {
    const narrow = await server.role('narrow', 'CONNECTION LIMIT 1')
    const second = await server.role('narrow_2', 'CONNECTION LIMIT 1')

    const findings = await checkServer({ url: narrow, directUrl: second })

    expect(findings.map(({ code }) => code)).not.toContain('SERVER_FULL')
  })

  it.runIf(runsPgBouncer)(
    `needs no more than two connections through a pooler${pgBouncerNote}`,
    async () => {
      const pooler = await startPgBouncer({ upstream: server.url, maxClients: 2 })

      const finding = await findingOf('POOLER_IN_BETWEEN', { url: pooler.url })
      await pooler.stop()

      expect(finding.evidence).toMatchObject({ mode: 'transaction', maxClients: 2 })
    },
  )

  it('cannot write, whatever it would ask', async () => {
    const live = await openServer(readServerUrl(server.url), 'url', liveOptionsOf({ url }))

    const attempt = live.ask('CREATE TABLE written (id int)')

    await expect(attempt).rejects.toMatchObject({ code: '25006' })
    await live.close()
  })
})

describe('checkServer with secrets', () => {
  it('shows no password, wherever it has got to', async () => {
    const secret = 'hunter2-hunter2'
    await server.sql(`CREATE ROLE holder LOGIN PASSWORD '${secret}'`)
    const own = changed(server.url, { username: 'holder', password: secret })
    const careless = await server.connect(own, 'cron --password=of-another')
    const copied = await server.connect(own, `x ${secret}`)
    const pasted = await server.connect(own, own.slice(0, 60))

    const findings = await checkServer({ url: own, directUrl: server.url })
    for (const client of [careless, copied, pasted]) await client.end()

    const text = JSON.stringify(findings)
    expect(text).toContain('(hidden)')
    expect(text).not.toContain(secret)
    expect(text).not.toContain('of-another')
    expect(text).not.toContain(PASSWORD)
    expect(text).not.toContain(new URL(server.url).password)
    expect(text).not.toContain('postgresql://')
  })

  it('still shows a role whose password is its name', async () => {
    const own = await server.role('hunter')
    await server.sql("ALTER ROLE hunter PASSWORD 'hunter'")

    const finding = await findingOf('STATEMENT_TIMEOUT_MISSING', {
      url: changed(own, { password: 'hunter' }),
    })

    expect(finding.change).toContain('ALTER ROLE "hunter"')
  })

  it('makes names harmless that would act on a terminal or end a code span', async () => {
    const evil = 'evil\u001b[2J`name'
    const own = await server.role(evil)

    const finding = await findingOf('STATEMENT_TIMEOUT_MISSING', { url: own })

    expect(finding.message).toContain("`evil\\u001b[2J'name`")
    expect(Object.values(finding.evidence).join()).not.toContain('\u001b')
  })
})
