import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { pgPool } from '../src/pg.ts'
import { snapshotAll, telemetry } from '../src/telemetry.ts'
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

describe('the metrics of tenants', () => {
  let tenants: Tenants<RawClient>
  afterEach(async () => {
    await tenants.drain()
    forgetSharedClients()
  })

  async function useEach(names: readonly string[], options: ShareTenantsOptions): Promise<void> {
    const applicationName = randomUUID()
    tenants = shareTenants<RawClient>(
      (_, { observe }) => {
        const { config } = pgPool(inject('databaseUrl'), { applicationName })
        return new PrismaClient({ adapter: observe(new PrismaPg(config)) })
      },
      { maxClients: 3, telemetry: telemetry({ log: false }), ...options },
    )
    for (const name of names) {
      await tenants.run(name, (prisma) => prisma.$queryRawUnsafe('SELECT 1'))
    }
  }

  const statements = (): Array<[string, number]> =>
    snapshotAll().map(({ client, operations }) => [
      client,
      operations.reduce((sum, { duration }) => sum + duration.count, 0),
    ])

  it('tell tenants apart up to a bound, and count the others together', async () => {
    await useEach(['a', 'b', 'c', 'd', 'e', 'a', 'd'], { maxLabels: 2 })

    expect(statements()).toEqual([
      ['tenants/(other)', 4],
      ['tenants/a', 2],
      ['tenants/b', 1],
    ])
  })

  it('go by the label that a tenant is given', async () => {
    const label = (tenant: string): string => (tenant.startsWith('big') ? 'enterprise' : 'free')
    await useEach(['big-1', 'small-1', 'big-2', 'small-2', 'big-1'], { label })

    expect(statements()).toEqual([
      ['tenants/enterprise', 3],
      ['tenants/free', 2],
    ])
  })

  it('add up the pools and the work of all clients that are counted together', async () => {
    await useEach(['a', 'b', 'c'], { label: () => 'all' })

    const [all] = snapshotAll()

    expect(all?.connections.pool).toMatchObject({ total: 3, idle: 3, waiting: 0 })
    expect(all?.connections.opened).toBe(3)
    expect(all?.generation).toBe(3)
  })
})
