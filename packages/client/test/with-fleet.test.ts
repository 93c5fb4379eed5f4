import { startPostgres } from '@oneprisma/testing'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { describe, expect, inject, it, vi } from 'vitest'
import { CLOSE_REASON } from '../src/close-reason.ts'
import { classifyError } from '../src/classify-error.ts'
import { fleetStatus } from '../src/fleet-status.ts'
import { withFleet, type FleetOptions } from '../src/with-fleet.ts'
import { Members, type Member } from './fleet-members.ts'

const PATIENCE = { timeout: 20_000, interval: 20 }

const open = (): Promise<Members> => Members.on(inject('databaseUrl'))

/** Uses so many connections of a member at once. */
async function use(member: Member, count: number): Promise<pg.PoolClient[]> {
  return Promise.all(Array.from({ length: count }, () => member.pool.connect()))
}

/** Why the connections of a pool were closed. */
function reasonsOf(member: Member): unknown[] {
  const reasons: unknown[] = []
  member.pool.on('remove', (client) => reasons.push(Reflect.get(client, CLOSE_REASON)))
  return reasons
}

describe('withFleet', () => {
  it('opens nothing and sets no timer before it is used', async () => {
    await using fleet = await open()
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate'] })
    try {
      const member = await fleet.join({ budget: 5 })

      expect(vi.getTimerCount()).toBe(0)
      expect(member.pool.totalCount).toBe(0)
    } finally {
      vi.useRealTimers()
    }
    expect(await fleet.sessions()).toBe(0)
  })

  it('answers queries, transactions and scripts', async () => {
    await using fleet = await open()
    const { adapter, run } = await fleet.join({ budget: 5 })

    expect(await run()).toMatchObject({ rows: [[1]] })
    const transaction = await adapter.startTransaction()
    await transaction.executeRaw({ sql: 'SELECT 1', args: [], argTypes: [] })
    await transaction.commit()
    await adapter.executeScript('SELECT 1; SELECT 2')

    expect(adapter.getConnectionInfo?.()).toMatchObject({ supportsRelationJoins: true })
    expect(await fleet.sessions()).toBe(1)
  })

  it('opens as many connections as are wanted, up to the maximum of the pool', async () => {
    await using fleet = await open()
    const member = await fleet.join({ budget: 30 }, { max: 4 })

    const clients = await use(member, 4)

    expect(await fleet.sessions()).toBe(4)
    const waiting = member.pool.connect()
    expect(member.pool.waitingCount).toBe(1)
    for (const client of clients) client.release()
    ;(await waiting).release()
    expect(member.pool.totalCount).toBe(4)
  })

  it('never has more connections than the budget, whoever wants how many', async () => {
    await using fleet = await open()
    const members = await Promise.all([1, 2, 3].map(() => fleet.join({ budget: 9 })))

    const most = await fleet.mostDuring(async () => {
      const loads = members.map((member) => fleet.load(member, 8))
      await vi.waitFor(() => {
        for (const { answers } of loads) expect(answers).toBeGreaterThan(300)
      }, PATIENCE)
      await Promise.all(loads.map(({ stop }) => stop()))
      expect(loads.flatMap(({ errors }) => errors)).toEqual([])
    })

    expect(most).toBeLessThanOrEqual(9)
    expect(most).toBeGreaterThan(4)
  })

  it('comes to fair shares', async () => {
    await using fleet = await open()
    const [first, second] = [await fleet.join({ budget: 11 }), await fleet.join({ budget: 11 })]
    fleet.load(first, 12)
    await vi.waitFor(() => expect(first.pool.totalCount).toBeGreaterThan(6), PATIENCE)

    fleet.load(second, 12)

    // Ten slots, two of them free: four for each.
    await vi.waitFor(() => {
      expect(second.pool.totalCount).toBeGreaterThanOrEqual(4)
      expect(first.pool.totalCount).toBeLessThanOrEqual(5)
    }, PATIENCE)
  })

  it('gives idle connections back when another wants them', async () => {
    await using fleet = await open()
    const [idle, hungry] = [
      await fleet.join({ budget: 7, idleTimeoutMs: 60_000, sessionTimeoutMs: 90_000 }),
      await fleet.join({ budget: 7 }),
    ]
    const reasons = reasonsOf(idle)
    for (const client of await use(idle, 4)) client.release()

    fleet.load(hungry, 6)

    await vi.waitFor(() => expect(reasons.length).toBeGreaterThanOrEqual(2), PATIENCE)
    expect(new Set(reasons)).toEqual(new Set(['given_back']))
    expect(hungry.pool.totalCount).toBeGreaterThanOrEqual(2)
  })

  it('gives busy connections back when they are released', async () => {
    await using fleet = await open()
    const [busy, hungry] = [await fleet.join({ budget: 7 }), await fleet.join({ budget: 7 })]
    const held = await use(busy, 4)
    const reasons = reasonsOf(busy)
    fleet.load(hungry, 6)
    await vi.waitFor(() => expect(hungry.pool.totalCount).toBe(2), PATIENCE)
    expect([busy.pool.totalCount, reasons.length]).toEqual([4, 0])

    await vi.waitFor(() => {
      held.pop()?.release()
      expect(reasons.length).toBeGreaterThanOrEqual(2)
    }, PATIENCE)

    expect(new Set(reasons)).toEqual(new Set(['given_back']))
    for (const client of held) client.release()
  })

  it('opens one beside those that are busy for long, so that others need not wait for them', async () => {
    await using fleet = await open()
    const member = await fleet.join({ budget: 5 })
    const [held] = await use(member, 1)

    expect(await member.run()).toMatchObject({ rows: [[1]] })

    held?.release()
    expect(await fleet.sessions()).toBe(2)
  })

  it('lets more members than there are slots take turns', async () => {
    await using fleet = await open()
    const members = await Promise.all([1, 2, 3, 4].map(() => fleet.join({ budget: 3 })))

    const most = await fleet.mostDuring(async () => {
      const loads = members.map((member) => fleet.load(member, 2))
      await vi.waitFor(() => {
        for (const { answers } of loads) expect(answers).toBeGreaterThan(20)
      }, PATIENCE)
      expect(loads.flatMap(({ errors }) => errors)).toEqual([])
    })

    // Those that find no slot have a connection for a moment.
    expect(most).toBeLessThanOrEqual(3 + 2)
    expect(fleetStatus(fleet.name).reduce((sum, { counts }) => sum + counts.turns, 0)).not.toBe(0)
  })

  it('says in time that the fleet is full', async () => {
    await using fleet = await open()
    const [first, second] = [
      await fleet.join({ budget: 2 }),
      await fleet.join({ budget: 2 }, { connectionTimeoutMillis: 400 }),
    ]
    const [held] = await use(first, 1)

    const error: unknown = await second.run().catch((reason: unknown) => reason)

    expect(error).toMatchObject({
      code: 'FLEET_FULL',
      message: expect.stringMatching(/within 400 ms \(budget=2, .*free=0, waiting=0\)/),
    })
    expect(classifyError(error)).toEqual({ kind: 'pool_timeout', isTransient: true, wasSent: 'no' })
    await expect(second.adapter.startTransaction()).rejects.toMatchObject({ code: 'FLEET_FULL' })
    held?.release()
    await fleet.leave(first)
    await vi.waitFor(() => second.run(), PATIENCE)
  })

  it('leaves the wait for the own pool in the words of the pool', async () => {
    await using fleet = await open()
    const member = await fleet.join({ budget: 9 }, { max: 1, connectionTimeoutMillis: 300 })
    const [held] = await use(member, 1)

    await expect(member.run()).rejects.toThrow('timeout exceeded when trying to connect')

    held?.release()
  })

  it('replaces a connection whose locks somebody has given up', async () => {
    await using fleet = await open()
    const member = await fleet.join({ budget: 5 })
    await member.run('SELECT 1 FROM pg_advisory_unlock_all()')
    const reasons = reasonsOf(member)
    const load = fleet.load(member, 1)

    await vi.waitFor(() => expect(reasons).toEqual(['given_back']), PATIENCE)
    await vi.waitFor(async () => {
      const { rows } = await fleet.ask(
        `SELECT count(*)::int AS count FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE application_name = $1 AND locktype = 'advisory'`,
      )
      expect(rows).toEqual([{ count: 2 }])
    }, PATIENCE)

    await load.stop()
    expect(load.errors).toEqual([])
  })

  it('leaves the advisory locks of the application alone', async () => {
    await using fleet = await open()
    const member = await fleet.join({ budget: 5 })
    const [client] = await use(member, 1)
    await client?.query('SELECT pg_advisory_lock(1, 0), pg_advisory_lock(77)')
    const other = fleet.load(member, 4)
    await vi.waitFor(() => expect(other.answers).toBeGreaterThan(50), PATIENCE)

    const released = await client?.query(
      'SELECT pg_advisory_unlock(1, 0) AS one, pg_advisory_unlock(77) AS other',
    )

    expect(released?.rows).toEqual([{ one: true, other: true }])
    client?.release()
  })

  it('closes what is idle by itself, and asks no more', async () => {
    await using fleet = await open()
    const member = await fleet.join({ budget: 5, idleTimeoutMs: 100 })
    const reasons = reasonsOf(member)
    for (const client of await use(member, 2)) client.release()

    await vi.waitFor(() => expect(member.pool.totalCount).toBe(0), PATIENCE)

    expect(reasons.every((reason) => reason === undefined || reason === 'idle')).toBe(true)
    await vi.waitFor(async () => expect(await fleet.sessions()).toBe(0), PATIENCE)
    expect(fleetStatus(fleet.name)).toMatchObject([{ state: 'outside', total: 0 }])
    expect(await member.run()).toMatchObject({ rows: [[1]] })
  })

  it('keeps a transaction that is open for longer than the idle timeout', async () => {
    await using fleet = await open()
    const member = await fleet.join({ budget: 5, idleTimeoutMs: 50 })
    const [client] = await use(member, 1)
    await client?.query('BEGIN')
    const looks = fleetStatus(fleet.name)[0]?.counts.looks ?? 0

    await client?.query('SELECT pg_sleep(0.5)')
    await client?.query('COMMIT')

    expect(fleetStatus(fleet.name)[0]?.counts).toMatchObject({ looks, failures: 0 })
    client?.release()
  })

  it('uses each no slot beyond its own budget', async () => {
    await using fleet = await open()
    const [small, large] = [await fleet.join({ budget: 3 }), await fleet.join({ budget: 12 })]

    fleet.load(small, 8)
    fleet.load(large, 8)
    await vi.waitFor(() => expect(large.pool.totalCount).toBeGreaterThanOrEqual(4), PATIENCE)

    expect(small.pool.totalCount).toBeLessThanOrEqual(2)
    expect(await fleet.sessions()).toBeLessThanOrEqual(12)
  })

  it('goes on after a connection in use was lost, and gets another', async () => {
    await using fleet = await open()
    const member = await fleet.join({ budget: 5 })
    await member.run()
    const waiting = Promise.allSettled(
      [1, 2, 3].map(() => member.run('SELECT 1 AS one FROM pg_sleep(0.05)')),
    )

    await fleet.ask(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
    )
    await waiting

    expect(await member.run()).toMatchObject({ rows: [[1]] })
  })

  it('is one member for one pool, however many adapters use it', async () => {
    await using fleet = await open()
    const pool = new pg.Pool(fleet.config())
    const options = { budget: 5, name: fleet.name }
    const adapters = await Promise.all(
      [1, 2].map(() => withFleet(new PrismaPg(pool), options).connect()),
    )

    for (const adapter of adapters) {
      // oxlint-disable-next-line no-await-in-loop
      await adapter.queryRaw({ sql: 'SELECT 1', args: [], argTypes: [] })
    }

    expect(fleetStatus(fleet.name)).toMatchObject([{ budget: 5, total: 1, seen: { members: 1 } }])
    await withFleet(new PrismaPg(pool), { ...options, budget: 7 }).connect()
    expect(fleetStatus(fleet.name)).toMatchObject([{ budget: 7 }])
    await expect(
      withFleet(new PrismaPg(pool), { budget: 5, name: 'another' }).connect(),
    ).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await pool.end()
    expect(fleetStatus(fleet.name)).toEqual([])
  })

  it('is one member for one pool, whichever copies of the package use it', async () => {
    await using fleet = await open()
    const pool = new pg.Pool(fleet.config())
    vi.resetModules()
    const copy = await import('../src/fleet.ts')
    const options = { budget: 5, name: fleet.name }
    await withFleet(new PrismaPg(pool), options).connect()
    await copy.withFleet(new PrismaPg(pool), options).connect()

    await pool.query('SELECT 1')

    expect(copy.withFleet).not.toBe(withFleet)
    expect(copy.fleetStatus(fleet.name)).toEqual(fleetStatus(fleet.name))
    expect(fleetStatus(fleet.name)).toMatchObject([{ total: 1, counts: { opened: 1 } }])
    await pool.end()
  })

  it('closes connections that the pool had before, as they come back', async () => {
    await using fleet = await open()
    const pool = new pg.Pool(fleet.config())
    const before = await pool.connect()
    await withFleet(new PrismaPg(pool), { budget: 5, name: fleet.name }).connect()

    before.release()
    await vi.waitFor(() => expect(pool.totalCount).toBe(0), PATIENCE)
    await pool.query('SELECT 1')

    expect(fleetStatus(fleet.name)).toMatchObject([{ total: 1, counts: { opened: 1 } }])
    await pool.end()
  })

  it('refuses options that are none', () => {
    const factory = new PrismaPg({})
    const refusal = expect.objectContaining({ code: 'INVALID_OPTION' })
    const wrong = [
      { budget: 1 },
      { budget: 1.5 },
      { budget: '5' },
      {},
      { budget: 5, name: '' },
      { budget: 5, name: 5 },
      { budget: 5, idleTimeoutMs: 0 },
      { budget: 5, idleTimeoutMs: 10_000, sessionTimeoutMs: 5_000 },
      { budget: 5, transactionTimeoutMs: -1 },
    ]

    expect(() => withFleet({}, { budget: 5 })).toThrow(refusal)
    for (const options of wrong) {
      // The compiler refuses most of them too.
      expect(() => withFleet(factory, options as FleetOptions)).toThrow(refusal)
    }
  })

  it('refuses an adapter without a pool of pg, and closes it', async () => {
    const factory = withFleet(
      new PrismaMariaDb({ host: '127.0.0.1', port: 1, acquireTimeout: 100 }),
      { budget: 5 },
    )

    await expect(factory.connect()).rejects.toMatchObject({
      code: 'FLEET_UNSUPPORTED',
      message: expect.stringContaining('@prisma/adapter-mariadb'),
    })
  })
})

describe('withFleet on a server that refuses', () => {
  it.each([
    ['nobody listens', (url: URL) => (url.port = '1')],
    ['the database is missing', (url: URL) => (url.pathname = '/missing')],
    ['the password is wrong', (url: URL) => (url.password = 'wrong')],
  ])('fails at once as the bare adapter does, where %s', async (_, spoil) => {
    const url = new URL(inject('databaseUrl'))
    spoil(url)
    const factory = new PrismaPg({ connectionString: url.href, connectionTimeoutMillis: 60_000 })
    const errors = await Promise.all(
      [factory, withFleet(factory, { budget: 5 })].map(async (one) => {
        const adapter = await one.connect()
        const query = { sql: 'SELECT 1', args: [], argTypes: [] }
        const failed = await Promise.allSettled([adapter.queryRaw(query), adapter.queryRaw(query)])
        await adapter.dispose()
        return failed.map((result) => 'reason' in result && result.reason.cause)
      }),
    )

    expect(errors[1]).toEqual(errors[0])
    expect(errors[0]?.[0]).toMatchObject({ kind: expect.any(String) })
  })

  it('waits until the server has a connection, and says so if it has none in time', async () => {
    await using fleet = await open()
    const role = `limited_${crypto.randomUUID().slice(0, 8)}`
    await fleet.ask(`CREATE ROLE ${role} LOGIN PASSWORD 'limited' CONNECTION LIMIT 1`)
    const url = new URL(inject('databaseUrl'))
    url.username = role
    url.password = 'limited'
    const hog = new pg.Client(url.href)
    await hog.connect()
    const config = { connectionString: url.href }
    const [patient, hasty] = [
      await fleet.join({ budget: 5 }, config),
      await fleet.join({ budget: 5 }, { ...config, connectionTimeoutMillis: 300 }),
    ]

    const answer = patient.run()
    const error: unknown = await hasty.run().catch((reason: unknown) => reason)
    await fleet.leave(hasty)
    await hog.end()

    expect(error).toMatchObject({ code: 'FLEET_REFUSED', cause: { code: '53300' } })
    expect(classifyError(error).kind).toBe('too_many_connections')
    expect(await answer).toMatchObject({ rows: [[1]] })
    await fleet.leave(patient)
    await fleet.ask(`DROP ROLE ${role}`)
  })

  it('says so if the role may not take or see advisory locks', async () => {
    await using postgres = await startPostgres()
    await using fleet = await Members.on(postgres.url)
    await fleet.ask(`CREATE ROLE plain LOGIN PASSWORD 'plain'`)
    const url = new URL(postgres.url)
    url.username = 'plain'
    url.password = 'plain'
    const member = await fleet.join({ budget: 5 }, { connectionString: url.href })
    await member.run()
    await fleet.leave(member)
    const denied = { code: 'FLEET_DENIED', message: expect.stringContaining('42501') }

    await fleet.ask('REVOKE SELECT ON pg_locks FROM PUBLIC')
    const blind = await fleet.join({ budget: 5 }, { connectionString: url.href })
    await expect(blind.run()).rejects.toMatchObject(denied)
    await fleet.ask('GRANT SELECT ON pg_locks TO PUBLIC')
    await fleet.ask('REVOKE EXECUTE ON FUNCTION pg_try_advisory_lock_shared(int, int) FROM PUBLIC')
    const bound = await fleet.join({ budget: 5 }, { connectionString: url.href })
    await expect(bound.run()).rejects.toMatchObject(denied)
  })
})
