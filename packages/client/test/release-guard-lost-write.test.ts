import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { disconnect, sharePrisma, status } from '../src/index.ts'
import { forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'

/** The part of the generated client that the tests use. */
interface ItemClient {
  readonly item: {
    count(): Promise<number>
    create(options: { data: { label: string } }): Promise<{ label: string }>
  }
  $transaction<Result>(run: (tx: ItemClient) => Promise<Result>, options?: object): Promise<Result>
  $transaction(batch: ReadonlyArray<Promise<unknown>>): Promise<unknown[]>
  $queryRawUnsafe(sql: string): Promise<Array<Record<string, unknown>>>
  $disconnect(): Promise<void>
}

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => ItemClient
const admin = new pg.Client(inject('databaseUrl'))

beforeAll(async () => {
  await admin.connect()
  await admin.query(`
    CREATE SCHEMA guard_test;
    CREATE TABLE guard_test."Item" (id serial, label text UNIQUE, "parentId" int)`)
})
afterAll(async () => {
  await admin.query('DROP SCHEMA guard_test CASCADE')
  await admin.end()
})
beforeEach(forgetSharedClients)

function adapter(name: string, settings: pg.PoolConfig = {}): PrismaPg {
  return new PrismaPg(
    { connectionString: inject('databaseUrl'), application_name: name, max: 1, ...settings },
    { schema: 'guard_test' },
  )
}

function share(name: string, settings?: pg.PoolConfig): ItemClient {
  return sharePrisma(
    ({ observe }) => new PrismaClient({ adapter: observe(adapter(name, settings)) }),
  )
}

async function states(name: string): Promise<string[]> {
  const { rows } = await admin.query<{ state: string }>(
    'SELECT state FROM pg_stat_activity WHERE application_name = $1',
    [name],
  )
  return rows.map(({ state }) => state)
}

async function rowsLabelled(label: string): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM guard_test."Item" WHERE label = $1',
    [label],
  )
  return rows[0]?.count ?? -1
}

/** A transaction whose statement outlasts the driver's patience with it, and with the ROLLBACK. */
async function runIntoQueryTimeout(prisma: ItemClient): Promise<void> {
  const transaction = prisma.$transaction(
    async (tx) => {
      await tx.$queryRawUnsafe('SELECT pg_sleep(2)::text')
    },
    { timeout: 20_000 },
  )
  await expect(transaction).rejects.toThrow('Query read timeout')
}

describe('a write after a transaction that ran into query_timeout', () => {
  it('is acknowledged and lost without the guard', async () => {
    const prisma = new PrismaClient({ adapter: adapter('guard-off', { query_timeout: 500 }) })
    await runIntoQueryTimeout(prisma)
    await expect.poll(() => states('guard-off')).toEqual(['idle in transaction'])

    expect(await prisma.item.create({ data: { label: 'lost' } })).toMatchObject({ label: 'lost' })

    expect(await rowsLabelled('lost')).toBe(0)
    await prisma.$disconnect()
    await expect.poll(() => states('guard-off')).toEqual([])
    expect(await rowsLabelled('lost')).toBe(0)
  })

  it('is kept with the guard, on another connection', async () => {
    const prisma = share('guard-on', { query_timeout: 500 })
    await runIntoQueryTimeout(prisma)
    expect(status(prisma)).toMatchObject({ connectionsDiscarded: 1, pool: { total: 0 } })

    expect(await prisma.item.create({ data: { label: 'kept' } })).toMatchObject({ label: 'kept' })

    expect(await rowsLabelled('kept')).toBe(1)
    await disconnect(prisma)
    expect(await rowsLabelled('kept')).toBe(1)
  })
})

describe('work that ends as it should', () => {
  it.each<[string, (prisma: ItemClient) => Promise<unknown>]>([
    ['a query', (prisma) => prisma.item.count()],
    ['a transaction', (prisma) => prisma.$transaction((tx) => tx.item.count())],
    ['a batch', (prisma) => prisma.$transaction([prisma.item.count(), prisma.item.count()])],
    [
      'a nested transaction that is rolled back',
      (prisma) =>
        prisma.$transaction(async (tx) => {
          await tx.$transaction((inner) => fail(inner.item.count())).catch(() => {})
          return tx.item.count()
        }),
    ],
    [
      'a transaction that is rolled back',
      (prisma) => prisma.$transaction((tx) => fail(tx.item.count())).catch(() => {}),
    ],
    [
      'a transaction whose statement fails',
      (prisma) =>
        prisma.$transaction((tx) => tx.$queryRawUnsafe('SELECT 1 / 0 AS boom')).catch(() => {}),
    ],
    [
      'a transaction that Prisma times out',
      async (prisma) => {
        const late = prisma.$transaction((tx) => tx.$queryRawUnsafe('SELECT pg_sleep(.3)::text'), {
          timeout: 100,
        })
        await expect(late).rejects.toMatchObject({ code: 'P2028' })
      },
    ],
  ])('keeps its connection: %s', async (_, work) => {
    const prisma = share('guard-normal')
    const pid = 'SELECT pg_backend_pid() AS pid'
    const before = await prisma.$queryRawUnsafe(pid)

    await work(prisma)

    expect(await prisma.$queryRawUnsafe(pid)).toEqual(before)
    expect(status(prisma).connectionsDiscarded).toBe(0)
    await disconnect(prisma)
  })
})

async function fail(after: Promise<unknown>): Promise<never> {
  await after
  throw new Error('as asked')
}
