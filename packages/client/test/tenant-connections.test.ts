import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { pgPool } from '../src/pg.ts'
import { shareTenants, type ShareTenantsOptions, type Tenants } from '../src/tenants.ts'
import { forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'

/** The part of the generated client that the tests use. */
interface RawClient {
  $queryRawUnsafe(sql: string): Promise<Array<Record<string, unknown>>>
  $disconnect(): Promise<void>
}

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => RawClient

const admin = new pg.Client(inject('databaseUrl'))
// Nobody but these tests takes this lock, which holds their statements up for as long as they like.
const GATE = 72_707_001

describe('TenantConnections', () => {
  let name = ''
  let tenants: Tenants<RawClient>
  beforeAll(() => admin.connect())
  afterAll(() => admin.end())
  afterEach(async () => {
    await admin.query('SELECT pg_advisory_unlock_all()')
    await tenants.drain()
    forgetSharedClients()
  })

  function start(options: ShareTenantsOptions): void {
    name = randomUUID()
    tenants = shareTenants<RawClient>((_, { observe }) => {
      const { config } = pgPool(inject('databaseUrl'), { max: 6, applicationName: name })
      return new PrismaClient({ adapter: observe(new PrismaPg(config)) })
    }, options)
  }

  const ask = (tenant: string): Promise<unknown> =>
    tenants.run(tenant, (prisma) => prisma.$queryRawUnsafe('SELECT 1 AS one'))
  /** Occupies a connection until the gate opens. */
  const occupy = (tenant: string): Promise<unknown> =>
    tenants.run(tenant, (prisma) =>
      prisma.$queryRawUnsafe(`SELECT 1 AS one FROM pg_advisory_xact_lock_shared(${GATE})`),
    )
  const closeGate = (): Promise<unknown> => admin.query(`SELECT pg_advisory_lock(${GATE})`)
  const openGate = (): Promise<unknown> => admin.query(`SELECT pg_advisory_unlock(${GATE})`)
  const atServer = async (state?: string): Promise<number> => {
    const { rows } = await admin.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE application_name = $1 AND ($2::text IS NULL OR state = $2)`,
      [name, state],
    )
    return rows[0]?.count ?? 0
  }
  const connectionsOf = (tenant: string): number =>
    tenants.status().tenants.find((one) => one.tenant === tenant)?.pool?.total ?? 0

  it('lets one tenant have what nobody else needs, up to the max of its pool', async () => {
    start({ maxClients: 3, maxConnections: 8 })
    await closeGate()

    const busy = Array.from({ length: 10 }, () => occupy('hot'))
    await expect.poll(() => atServer('active')).toBe(6)

    await openGate()
    await Promise.all(busy)
  })

  it('never has more connections than its budget, and serves everybody', async () => {
    start({ maxClients: 4, maxConnections: 5 })
    let most = 0
    const end = new AbortController()
    const watch = (async () => {
      while (!end.signal.aborted)
        most = Math.max(most, await atServer(), tenants.status().connections)
    })()

    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, index) => ask(`tenant-${index % 9}`)),
    )
    end.abort()
    await watch

    expect(answers).toEqual(answers.map(() => [{ one: 1 }]))
    expect(most).toBeGreaterThan(3)
    expect(most).toBeLessThanOrEqual(5)
  })

  it('takes an idle connection of one tenant for another that has none', async () => {
    start({ maxClients: 2, maxConnections: 2 })
    await closeGate()
    const busy = [occupy('hot'), occupy('hot')]
    await expect.poll(() => atServer('active')).toBe(2)
    await openGate()
    await Promise.all(busy)
    expect(connectionsOf('hot')).toBe(2)

    await expect(ask('new')).resolves.toEqual([{ one: 1 }])

    expect(connectionsOf('hot')).toBe(1)
    expect(connectionsOf('new')).toBe(1)
  })

  it('closes a busy connection when it comes back, for another tenant that has none', async () => {
    start({ maxClients: 2, maxConnections: 2 })
    await closeGate()
    const busy = [occupy('hot'), occupy('hot')]
    await expect.poll(() => atServer('active')).toBe(2)

    const waiting = ask('new')
    await expect.poll(() => tenants.status().connections).toBe(2)
    await openGate()

    await expect(waiting).resolves.toEqual([{ one: 1 }])
    await Promise.all(busy)
    expect(connectionsOf('hot')).toBe(1)
  })

  it('shares the connections evenly among tenants that all want more', async () => {
    start({ maxClients: 2, maxConnections: 6 })
    await closeGate()
    const first = Array.from({ length: 12 }, () => occupy('first'))
    await expect.poll(() => atServer('active')).toBe(6)

    const second = Array.from({ length: 12 }, () => occupy('second'))
    await openGate()
    await Promise.all([...first, ...second])

    expect(connectionsOf('first') + connectionsOf('second')).toBeLessThanOrEqual(6)
    expect(connectionsOf('second')).toBeGreaterThanOrEqual(1)
  })

  it('opens another for those who wait where the connection that they waited for broke', async () => {
    start({ maxClients: 1, maxConnections: 8 })
    await closeGate()
    const busy = Promise.allSettled(Array.from({ length: 6 }, () => occupy('one')))
    await expect.poll(() => atServer('active')).toBe(6)

    const waiting = ask('one')
    await admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [name],
    )

    await expect(waiting).resolves.toEqual([{ one: 1 }])
    expect((await busy).map(({ status }) => status)).toEqual(Array(6).fill('rejected'))
  })

  it('closes every connection of a tenant that is closed', async () => {
    start({ maxClients: 1, maxConnections: 3 })
    await Promise.all([ask('one'), ask('one'), ask('one')])

    await ask('two')

    await expect.poll(() => atServer()).toBe(1)
  })

  it('goes on after the server has ended its connections', async () => {
    start({ maxClients: 2, maxConnections: 2 })
    await Promise.all([ask('one'), ask('two')])
    await admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [name],
    )
    await expect.poll(() => tenants.status().connections).toBe(0)

    await expect(Promise.all([ask('one'), ask('two')])).resolves.toHaveLength(2)
  })
})
