import { PrismaPg as PrismaPg616 } from 'prisma-adapter-pg-6-16'
import { PrismaPg as PrismaPg619 } from 'prisma-adapter-pg-6-19'
import { PrismaPg as PrismaPg70 } from 'prisma-adapter-pg-7-0'
import { PrismaPg as PrismaPg710 } from '@prisma/adapter-pg'
import pg from 'pg'
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
} from 'vitest'
import { withRequestContext } from '../src/context.ts'
import { disconnect, sharePrisma, status } from '../src/index.ts'
import { pgPool } from '../src/pg.ts'
import { subscribe, telemetry } from '../src/telemetry.ts'
import { forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass as client616 } from './prisma-versions/client-6-16.ts'
import { getPrismaClientClass as client619 } from './prisma-versions/client-6-19.ts'
import { getPrismaClientClass as client70 } from './prisma-versions/client-7-0.ts'
import { getPrismaClientClass as client710 } from './prisma-versions/client-7-10.ts'

/** The part of the generated clients that the tests use, alike in every version. */
interface ItemClient {
  readonly item: {
    create(args: {
      data: { label: string; parentId?: number }
    }): Promise<{ id: number; label: string }>
    findMany(args?: object): Promise<Array<{ label: string }>>
    findUnique(args: { where: { id: number } }): FluentPromise
    count(): Promise<number>
  }
  $transaction<Result>(run: (tx: ItemClient) => Promise<Result>): Promise<Result>
  $transaction(batch: Array<Promise<number>>): Promise<number[]>
  $queryRaw(strings: TemplateStringsArray): Promise<Array<{ one: number }>>
  $extends(extension: object): ItemClient
}

interface FluentPromise extends Promise<{ label: string } | null> {
  parent(): FluentPromise
  members(): Promise<Array<{ label: string }>>
}

type ItemClientClass = new (options: object) => ItemClient
type AdapterClass = new (config: object, options?: object) => object

const VERSIONS: Array<[version: string, client: (folder: string) => unknown, adapter: unknown]> = [
  ['6.16', client616, PrismaPg616],
  ['6.19', client619, PrismaPg619],
  ['7.0', client70, PrismaPg70],
  ['7.10', client710, PrismaPg710],
]

beforeAll(async () => {
  await sql(
    'CREATE SCHEMA versions; CREATE TABLE versions."Item" (id serial PRIMARY KEY, label text UNIQUE NOT NULL, "parentId" int)',
  )
})
afterAll(async () => sql('DROP SCHEMA versions CASCADE'))
beforeEach(async () => {
  forgetSharedClients()
  await sql('TRUNCATE versions."Item" RESTART IDENTITY')
})

function shareOf(
  getClass: (folder: string) => unknown,
  Adapter: unknown,
  isWatched: boolean,
): ItemClient {
  // The fixtures are generated without their types; the tests prove the shape by using it.
  const Client = getClass(import.meta.dirname) as ItemClientClass
  const PrismaPg = Adapter as AdapterClass
  return sharePrisma(
    ({ observe }) => {
      const { config, options, transactionOptions } = pgPool(
        `${inject('databaseUrl')}?schema=versions&connection_limit=3&application_name=versions-probe`,
      )
      return new Client({ adapter: observe(new PrismaPg(config, options)), transactionOptions })
    },
    isWatched ? { telemetry: telemetry({ log: false, comments: { app: 'versions' } }) } : {},
  )
}

// Whatever is watched works as it does unwatched.
const WATCHED = VERSIONS.flatMap(([version, getClass, Adapter]) => [
  [version, 'on its own', getClass, Adapter] as const,
  [version, 'with telemetry', getClass, Adapter] as const,
])

describe.each(WATCHED)('Prisma %s, %s', (_, watch, getClass, Adapter) => {
  const share = (): ItemClient => shareOf(getClass, Adapter, watch === 'with telemetry')

  it('carries its schema where the fingerprint is read', async () => {
    const prisma = share()
    await prisma.item.count()

    expect(status(prisma).schemaFingerprint).toMatch(/^[0-9a-f]{8}$/)
    await disconnect(prisma)
  })

  it('runs operations, batches, transactions and raw queries through the handle', async () => {
    const prisma = share()

    expect(await prisma.item.create({ data: { label: 'a' } })).toMatchObject({ id: 1, label: 'a' })
    expect(await prisma.$transaction([prisma.item.count(), prisma.item.count()])).toEqual([1, 1])
    expect(await prisma.$queryRaw`SELECT 1 AS one`).toEqual([{ one: 1 }])
    const seen = await prisma.$transaction(async (tx) => {
      await tx.item.create({ data: { label: 'b' } })
      return { ...status(prisma), inside: await tx.item.count() }
    })
    expect(seen).toMatchObject({ inside: 2, unitsInFlight: 1, transactionsOpen: 1 })
    expect(status(prisma)).toMatchObject({
      unitsInFlight: 0,
      transactionsOpen: 0,
      pool: { max: 3, waiting: 0 },
    })
    await disconnect(prisma)
  })

  it('rolls back what fails, counts it, and hands the error through untouched', async () => {
    const prisma = share()
    await prisma.item.create({ data: { label: 'a' } })

    const failure = prisma.$transaction(async (tx) => {
      await tx.item.create({ data: { label: 'b' } })
      return tx.item.create({ data: { label: 'a' } })
    })

    await expect(failure).rejects.toMatchObject({ code: 'P2002' })
    expect(await prisma.item.count()).toBe(1)
    expect(status(prisma)).toMatchObject({ transactionsOpen: 0, queries: { failed: 1 } })
    await disconnect(prisma)
  })

  it('still merges the `findUnique` calls of one tick into one query', async () => {
    const prisma = share()
    await prisma.item.create({ data: { label: 'a' } })
    await prisma.item.create({ data: { label: 'b' } })
    const before = status(prisma).queries?.total ?? 0

    const found = await Promise.all([1, 2].map((id) => prisma.item.findUnique({ where: { id } })))

    expect(found).toMatchObject([{ label: 'a' }, { label: 'b' }])
    expect((status(prisma).queries?.total ?? 0) - before).toBe(1)
    await disconnect(prisma)
  })

  it('follows relations, and counts the query that comes of it as one unit', async () => {
    const prisma = share()
    const { id } = await prisma.item.create({ data: { label: 'parent' } })
    await prisma.item.create({ data: { label: 'child', parentId: id } })

    const members = prisma.item.findUnique({ where: { id } }).members()
    const parent = prisma.item.findUnique({ where: { id: 2 } }).parent()
    expect(status(prisma).unitsInFlight).toBe(0)

    const both = Promise.all([members, parent])
    await Promise.resolve()
    expect(status(prisma).unitsInFlight).toBe(2)
    expect(await both).toMatchObject([[{ label: 'child' }], { label: 'parent' }])
    expect(status(prisma).unitsInFlight).toBe(0)
    await disconnect(prisma)
  })

  it('counts a batch as one unit', async () => {
    const prisma = share()

    const batch = prisma.$transaction([prisma.item.count(), prisma.item.count()])
    expect(status(prisma).unitsInFlight).toBe(1)
    await Promise.resolve()
    expect(status(prisma).unitsInFlight).toBe(1)

    expect(await batch).toEqual([0, 0])
    expect(status(prisma).unitsInFlight).toBe(0)
    await disconnect(prisma)
  })

  it('settles `catch` and `finally` as a promise does', async () => {
    const prisma = share()
    await prisma.item.create({ data: { label: 'a' } })
    const twice = () => prisma.item.create({ data: { label: 'a' } })
    let ended = 0

    expect(await twice().catch((error: { code: string }) => error.code)).toBe('P2002')
    expect(await prisma.item.count().finally(() => void ended++)).toBe(1)
    await expect(twice().finally(() => void ended++)).rejects.toMatchObject({ code: 'P2002' })
    expect([ended, status(prisma).unitsInFlight]).toEqual([2, 0])
    await disconnect(prisma)
  })

  it('starts no work for a PrismaPromise that nobody awaits', async () => {
    const prisma = share()
    await prisma.item.count()

    void prisma.item.count

    const before = status(prisma).queries?.total
    const lazy = prisma.item.count()
    expect(status(prisma)).toMatchObject({ unitsInFlight: 0, queries: { total: before } })
    await lazy
    await disconnect(prisma)
  })

  it('can be extended through the handle', async () => {
    const prisma = share()
    const shouting = prisma.$extends({
      query: { item: { create: shout } },
    })

    expect(await shouting.item.create({ data: { label: 'a' } })).toMatchObject({ label: 'A' })
    await disconnect(shouting)
  })

  it('closes every connection on disconnect', async () => {
    const prisma = share()
    await Promise.all([prisma.item.count(), prisma.item.findMany()])
    expect(status(prisma).pool?.total).toBeGreaterThan(0)

    await disconnect(prisma)

    await expect.poll(() => connections('versions-probe')).toBe(0)
  })
})

function shout({
  args,
  query,
}: {
  args: { data: { label: string } }
  query: (args: object) => Promise<unknown>
}): Promise<unknown> {
  return query({ ...args, data: { label: args.data.label.toUpperCase() } })
}

async function sql(text: string): Promise<void> {
  const client = new pg.Client(inject('databaseUrl'))
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

async function connections(name: string): Promise<number> {
  const client = new pg.Client(inject('databaseUrl'))
  await client.connect()
  try {
    const found = await client.query(
      'SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = $1',
      [name],
    )
    return Number(found.rows[0]?.count)
  } finally {
    await client.end()
  }
}

describe.each(VERSIONS)('telemetry of Prisma %s', (_, getClass, Adapter) => {
  it('tells of models, merged statements and transactions', async () => {
    const operations: string[] = []
    const statements: Array<[string, boolean]> = []
    const stops = [
      subscribe('operation.ended', ({ model, action, inTransaction }) =>
        operations.push(`${model ?? ''}.${action}${inTransaction ? ' in a transaction' : ''}`),
      ),
      subscribe('query.ended', ({ verb, isMerged }) => statements.push([verb, isMerged])),
    ]
    onTestFinished(() => {
      for (const stop of stops) stop()
    })
    const prisma = shareOf(getClass, Adapter, true)

    await prisma.item.create({ data: { label: 'a' } })
    const find = (id: number): Promise<unknown> =>
      withRequestContext({}, () => prisma.item.findUnique({ where: { id } }))
    await Promise.all([find(1), find(2)])
    await prisma.$transaction((tx) => tx.item.count())
    await disconnect(prisma)

    expect(operations).toHaveLength(5)
    expect(
      new Map(operations.map((one) => [one, operations.filter((other) => other === one).length])),
    ).toEqual(
      new Map([
        ['Item.create', 1],
        ['Item.findUnique', 2],
        ['Item.count in a transaction', 1],
        ['.$transaction', 1],
      ]),
    )
    expect(statements.filter(([verb]) => verb === 'SELECT')).toEqual([
      ['SELECT', true],
      ['SELECT', false],
    ])
    expect(statements.map(([verb]) => verb)).toEqual([
      'INSERT',
      'SELECT',
      'BEGIN',
      'SELECT',
      'COMMIT',
    ])
  })
})
