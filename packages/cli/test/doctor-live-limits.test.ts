import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type pg from 'pg'
import { checkServer } from '../src/doctor/live/check-server.ts'
import {
  changed,
  findingOf,
  findingsOf,
  startDoctorServer,
  until,
  type DoctorServer,
} from './doctor-server.ts'

let server: DoctorServer
let url: string
const held: pg.Client[] = []

beforeAll(async () => {
  server = await startDoctorServer({
    maxConnections: 60,
    settings: { superuser_reserved_connections: '3', reserved_connections: '2' },
  })
  url = await server.role('app')
})

afterAll(() => server.stop())

afterEach(async () => {
  await Promise.all(held.splice(0).map((client) => client.end()))
  // The server counts a connection until its process is gone.
  await until(async () => {
    const [row] = await server.sql<{ count: number }>(
      "SELECT count(*)::int FROM pg_stat_activity WHERE application_name <> 'test' AND usesysid IS NOT NULL AND datid IS NOT NULL",
    )
    return row?.count === 0
  })
})

async function hold(count: number, application?: string, as: string = url): Promise<void> {
  for (let index = 0; index < count; index++) held.push(await server.connect(as, application))
}

describe('checkServer on pools and limits', () => {
  it('finds pools that exceed the server, with the whole sum', async () => {
    await hold(4, 'nightly-report', server.url)

    const finding = await findingOf('POOL_EXCEEDS_SERVER', {
      url,
      poolMax: 10,
      plan: { instances: 3, surge: 1, processes: 2, pools: 1 },
    })

    // 60 - 3 - 2 - 4 - this test's own connection, and a tenth of that kept free.
    expect(finding.evidence).toEqual({
      instances: 3,
      surge: 1,
      processes: 2,
      poolsPerProcess: 1,
      poolMax: 10,
      wanted: 80,
      limit: 'max_connections',
      maxConnections: 60,
      superuserReserved: 3,
      reserved: 2,
      otherClients: 5,
      usable: 45,
      perPool: 5,
    })
    expect(finding.message).toBe(
      '4 instances (1 of them for a rollout) × 2 processes × 10 in a pool ask for 80 connections; `max_connections` 60, less 5 reserved and 5 of others (`nightly-report` 4, `test` 1), leaves 50, of which 45 can be planned with.',
    )
    expect(finding.change).toContain('`pgPool(url, { max: 5 })`')
  })

  it('is clean with the size that it has proposed', async () => {
    await hold(4, 'nightly-report', server.url)

    const findings = await checkServer({
      url,
      poolMax: 5,
      plan: { instances: 3, surge: 1, processes: 2 },
    })

    expect(findings.filter(({ code }) => code.startsWith('POOL_'))).toEqual([])
  })

  it('proposes a pooler where not even one connection is left for each pool', async () => {
    const finding = await findingOf('POOL_EXCEEDS_SERVER', {
      url,
      poolMax: 1,
      plan: { instances: 100 },
    })

    expect(finding.evidence).toMatchObject({ perPool: 0, wanted: 200 })
    expect(finding.change).toContain('put a pooler in transaction mode in between')
  })

  it('finds pools that fit and leave no room', async () => {
    const finding = await findingOf('POOL_HEADROOM_SMALL', {
      url,
      poolMax: 9,
      plan: { instances: 3, surge: 3 },
    })

    expect(finding.evidence).toMatchObject({ wanted: 54, usable: 48 })
  })

  it('counts a second set of instances for a rollout where nothing is said', async () => {
    const finding = await findingOf('POOL_EXCEEDS_SERVER', {
      url,
      poolMax: 10,
      plan: { instances: 4 },
    })

    expect(finding.evidence).toMatchObject({ surge: 4, wanted: 80 })
  })

  it('takes the size of a pool from the URL where the code says none', async () => {
    const finding = await findingOf('POOL_EXCEEDS_SERVER', {
      url: changed(url, { parameters: { connection_limit: '33' } }),
    })

    expect(finding.evidence).toMatchObject({ poolMax: 33, instances: 1, surge: 1 })
    expect(finding.message).toContain('of how many instances was not said')
  })

  it('takes the limit of the role where that is tighter', async () => {
    const narrow = await server.role('narrow', 'CONNECTION LIMIT 8')

    const finding = await findingOf('POOL_EXCEEDS_SERVER', {
      url: narrow,
      poolMax: 5,
      plan: { instances: 1, surge: 1 },
    })

    expect(finding.evidence).toMatchObject({
      limit: 'role',
      maxConnections: 8,
      superuserReserved: 0,
      usable: 7,
    })
    expect(finding.message).toContain('the connection limit 8 of the role `narrow`')
  })

  it('takes the limit of the database where that is tighter', async () => {
    await server.createDatabase('small')
    await server.sql('ALTER DATABASE small CONNECTION LIMIT 6')

    const finding = await findingOf('POOL_EXCEEDS_SERVER', {
      url: changed(url, { database: 'small' }),
      poolMax: 5,
      plan: { instances: 1, surge: 1 },
    })

    expect(finding.evidence).toMatchObject({ limit: 'database', maxConnections: 6 })
  })

  it('does not hold a superuser to the limit of a role', async () => {
    const root = await server.role('root', 'SUPERUSER CONNECTION LIMIT 2')

    expect(
      await findingsOf('POOL_EXCEEDS_SERVER', {
        url: root,
        poolMax: 5,
        plan: { instances: 1, surge: 1 },
      }),
    ).toEqual([])
  })

  it('counts no connection of the application among those of others', async () => {
    await hold(6, 'web@1a2b3c#4711')

    const finding = await findingOf('POOL_HEADROOM_SMALL', {
      url,
      poolMax: 13,
      plan: { instances: 2, surge: 2 },
      applicationNames: ['web'],
    })

    expect(finding.evidence).toMatchObject({ otherClients: 1 })
  })

  it('counts connections of the same role under other names among those of others', async () => {
    await hold(6, 'worker@1a2b3c#4711')

    const finding = await findingOf('POOL_EXCEEDS_SERVER', {
      url,
      poolMax: 13,
      plan: { instances: 2, surge: 2 },
      applicationNames: ['web'],
    })

    expect(finding.evidence).toMatchObject({ otherClients: 7 })
  })

  it('finds connections that are nearly used up now', async () => {
    await hold(46, 'web@1a2b3c#4711')

    const finding = await findingOf('CONNECTIONS_NEARLY_USED_UP', { url })

    expect(finding.evidence).toEqual({
      held: 47,
      room: 55,
      limit: 'max_connections',
      maxConnections: 60,
    })
  })

  it('says nothing of connections that are half used', async () => {
    await hold(26, 'web@1a2b3c#4711')

    expect(await findingsOf('CONNECTIONS_NEARLY_USED_UP', { url })).toEqual([])
  })
})

describe('checkServer on who is connected', () => {
  it('says who holds the connections, and leaves out its own', async () => {
    await hold(2, 'web@1a2b3c#4711')
    await hold(1, 'web@1a2b3c#4712')
    await hold(1, 'psql', server.url)
    await held[0]?.query('BEGIN')

    const finding = await findingOf('CONNECTION_HOLDERS', { url: server.url })

    expect(finding.severity).toBe('info')
    expect(finding.message).toMatch(
      /^5 connections are open: `web@1a2b3c` 3 of 2 processes \(2 idle, 1 idle in transaction\), /,
    )
    expect(finding.message).toContain('`psql` 1 (1 idle)')
    expect(finding.evidence).toMatchObject({
      connections: 5,
      programs: 3,
      hidden: 0,
      holder1: 'web@1a2b3c / app / 127.0.0.1: 3 (2 idle, 1 idle in transaction)',
    })
  })

  it('counts, and says so, what a role without privileges cannot see', async () => {
    await hold(2, 'web@1a2b3c#4711', server.url)

    const finding = await findingOf('CONNECTION_HOLDERS', { url })

    expect(finding.evidence).toMatchObject({ connections: 3, hidden: 3 })
    expect(finding.message).toContain('`web@1a2b3c` 2 (2 not visible)')
  })

  it('finds connections without a name', async () => {
    await hold(2)
    await hold(1, 'web@1a2b3c#4711')

    const finding = await findingOf('APPLICATION_NAME_MISSING', { url: server.url })

    expect(finding.evidence).toMatchObject({ nameless: 2, connections: 4, roles: 'app' })
  })

  it('is clean where every connection has a name', async () => {
    await hold(2, 'web@1a2b3c#4711')

    expect(await findingsOf('APPLICATION_NAME_MISSING', { url: server.url })).toEqual([])
  })

  it('finds a process with two pools by their names', async () => {
    await hold(2, 'web@1a2b3c#4711')
    await hold(1, 'billing@1a2b3c#4711')
    await hold(3, 'web@1a2b3c#4712')

    const finding = await findingOf('SEVERAL_POOLS_IN_PROCESS', { url })

    expect(finding.evidence).toEqual({
      processes: 1,
      process1: 'web@1a2b3c#4711 2, billing@1a2b3c#4711 1',
    })
  })

  it('finds a process with more connections than one pool may have', async () => {
    await hold(7, 'web@1a2b3c#4711')

    const finding = await findingOf('SEVERAL_POOLS_IN_PROCESS', { url, poolMax: 5 })

    expect(finding.message).toContain('`web@1a2b3c#4711` 7 where a pool has at most 5')
  })

  it.each([
    ['one pool in each process', ['web@1#4711', 'web@1#4712']],
    ['a thread beside its process', ['web@1#4711', 'web@1#4711.1']],
    ['containers, in which processes count from 1', ['web@1#7', 'worker@1#7']],
    ['names of another form', ['web', 'psql']],
  ])('takes %s for no second pool', async (_, names) => {
    for (const name of names) await hold(2, name)

    expect(await findingsOf('SEVERAL_POOLS_IN_PROCESS', { url, poolMax: 5 })).toEqual([])
  })
})
