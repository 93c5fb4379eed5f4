import { PrismaPg as PrismaPg616 } from 'prisma-adapter-pg-6-16'
import { PrismaPg as PrismaPg619 } from 'prisma-adapter-pg-6-19'
import { PrismaPg as PrismaPg70 } from 'prisma-adapter-pg-7-0'
import { PrismaPg as PrismaPg710 } from '@prisma/adapter-pg'
import { makeTypedQueryFactory } from '@prisma/client/runtime/client'
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
import { disconnect, sharePrisma, type SharePrismaOptions } from '../src/index.ts'
import { pgPool, type PgPoolOptions } from '../src/pg.ts'
import { withRetry } from '../src/retry.ts'
import { withSuspend } from '../src/serverless.ts'
import { telemetry } from '../src/telemetry.ts'
import { forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass as client616 } from './prisma-versions/client-6-16.ts'
import { getPrismaClientClass as client619 } from './prisma-versions/client-6-19.ts'
import { getPrismaClientClass as client70 } from './prisma-versions/client-7-0.ts'
import { getPrismaClientClass as client710 } from './prisma-versions/client-7-10.ts'

/** The part of the generated clients that the tests use, alike in every version. */
interface ItemClient {
  readonly item: {
    create(args: object): Promise<Item>
    createMany(args: object): Promise<{ count: number }>
    findMany(args?: object): Promise<Item[]>
    findUnique(args: object): Promise<Item | null>
    update(args: object): Promise<Item>
    upsert(args: object): Promise<Item>
    delete(args: object): Promise<Item>
    count(args?: object): Promise<number>
  }
  $transaction<Result>(run: (tx: ItemClient) => Promise<Result>): Promise<Result>
  $transaction(batch: Array<Promise<unknown>>): Promise<unknown[]>
  $queryRaw<Row>(strings: TemplateStringsArray, ...values: unknown[]): Promise<Row[]>
  $queryRawUnsafe<Row>(sql: string, ...values: unknown[]): Promise<Row[]>
  $executeRaw(strings: TemplateStringsArray, ...values: unknown[]): Promise<number>
  $queryRawTyped(query: unknown): Promise<unknown[]>
}

interface Item {
  readonly id: number
  readonly label: string
  readonly members?: readonly Item[]
}

type ItemClientClass = new (options: object) => ItemClient
type AdapterClass = new (config: object, options?: object) => object
type GetClass = (folder: string) => unknown

const VERSIONS: Array<[version: string, client: GetClass, adapter: unknown]> = [
  ['6.16', client616, PrismaPg616],
  ['6.19', client619, PrismaPg619],
  ['7.0', client70, PrismaPg70],
  ['7.10', client710, PrismaPg710],
]

let admin: pg.Client
beforeAll(async () => {
  admin = new pg.Client(inject('databaseUrl'))
  await admin.connect()
  await admin.query(
    'CREATE SCHEMA prepared; CREATE TABLE prepared."Item" (id serial PRIMARY KEY, label text UNIQUE NOT NULL, "parentId" int)',
  )
})
afterAll(async () => {
  await admin.query('DROP SCHEMA prepared CASCADE')
  await admin.end()
})
beforeEach(async () => {
  forgetSharedClients()
  await admin.query('TRUNCATE prepared."Item" RESTART IDENTITY')
})

interface Sharing {
  readonly url?: string
  readonly getClass?: GetClass
  readonly Adapter?: unknown
  readonly pool?: PgPoolOptions
  readonly share?: SharePrismaOptions
  readonly wrap?: (adapter: object) => object
  readonly previewFeatures?: readonly string[]
}

function shareItems(sharing: Sharing = {}): ItemClient {
  const { getClass = client710, Adapter = PrismaPg710, wrap = (adapter) => adapter } = sharing
  // The fixtures are generated without their types; the tests prove the shape by using it.
  const Client = getClass(import.meta.dirname) as ItemClientClass
  const PrismaPg = Adapter as AdapterClass
  const prisma = sharePrisma(({ observe }) => {
    const { config, options, transactionOptions } = pgPool(
      `${sharing.url ?? inject('databaseUrl')}?schema=prepared&application_name=prepared-probe`,
      { max: 1, ...sharing.pool },
    )
    return new Client({
      adapter: observe(wrap(new PrismaPg(config, options))),
      transactionOptions,
      ...(sharing.previewFeatures !== undefined && {
        // Not documented: what the generated client knows of its schema.
        __internal: {
          configOverride: (known: object) => ({
            ...known,
            previewFeatures: sharing.previewFeatures,
          }),
        },
      }),
    })
  }, sharing.share)
  onTestFinished(() => disconnect(prisma))
  return prisma
}

/** The texts that the server knows under a name, on the one connection of a client. */
async function preparedBy(prisma: ItemClient): Promise<string[]> {
  const rows = await prisma.$queryRaw<{
    statement: string
  }>`SELECT statement FROM pg_prepared_statements`
  return rows.map(({ statement }) => statement)
}

async function times(count: number, run: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < count; time++) await run()
}

describe.each(VERSIONS)('prepared statements of Prisma %s', (_, getClass, Adapter) => {
  it('are all that Prisma writes outside of transactions, and give what they gave before', async () => {
    const prisma = shareItems({ getClass, Adapter })
    const bare = shareItems({
      getClass,
      Adapter,
      pool: { preparedStatements: 'never' },
      share: { name: 'bare' },
    })
    const { id } = await prisma.item.create({ data: { label: 'root' } })
    await prisma.item.createMany({
      data: [
        { label: 'a', parentId: id },
        { label: 'b', parentId: id },
      ],
    })
    const reads: Array<(on: ItemClient) => Promise<unknown>> = [
      (on) => on.item.findUnique({ where: { id } }),
      (on) => on.item.findMany({ where: { id }, include: { members: true, parent: true } }),
      (on) => on.item.findMany({ where: { label: { contains: 'A', mode: 'insensitive' } } }),
      (on) =>
        on.item.findMany({
          where: { members: { some: { label: 'a' } } },
          orderBy: { id: 'desc' },
          take: 1,
        }),
      (on) => on.item.count({ where: { parentId: null } }),
    ]

    for (const read of reads) {
      const found: unknown[] = []
      await times(4, async () => found.push(await read(prisma)))
      const expected = await read(bare)
      expect(found).toEqual(Array.from({ length: 4 }, () => expected))
    }
    let count = 0
    await times(3, () => prisma.item.create({ data: { label: `c${count++}` } }))
    await times(3, () => prisma.item.update({ where: { id }, data: { label: `d${count++}` } }))
    await times(3, () => prisma.item.delete({ where: { label: `c${count++ - 6}` } }))

    const statements = await preparedBy(prisma)
    expect(statements.length).toBeGreaterThanOrEqual(8)
    const verbs = new Set(statements.map((text) => text.slice(0, text.indexOf(' '))))
    expect(verbs).toEqual(new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE']))
    expect(await preparedBy(bare)).toEqual([])
  })

  it('are never raw, also where Prisma runs them in a batch or a transaction', async () => {
    const prisma = shareItems({ getClass, Adapter, pool: { preparedInTransactions: true } })
    const raw = (on: ItemClient): Promise<unknown> =>
      on.$queryRaw`SELECT id FROM prepared."Item" WHERE id = ${1}`

    await times(3, () => raw(prisma))
    await times(3, () => prisma.$executeRaw`UPDATE prepared."Item" SET label = 'x' WHERE id = ${1}`)
    await times(3, () =>
      prisma.$queryRawUnsafe('SELECT count(*) FROM prepared."Item" WHERE id = $1', 1),
    )
    await times(3, () => prisma.$transaction([raw(prisma), raw(prisma)]))
    await times(3, () => prisma.$transaction((tx) => raw(tx)))

    expect(await preparedBy(prisma)).toEqual([])
  })

  it('are used in transactions only where that is asked for', async () => {
    const prisma = shareItems({ getClass, Adapter })
    const asked = shareItems({
      getClass,
      Adapter,
      pool: { preparedInTransactions: true },
      share: { name: 'asked' },
    })
    let label = 0

    for (const each of [prisma, asked]) {
      await times(3, () =>
        each.item.create({
          data: { label: `${label++}`, members: { create: { label: `${label++}` } } },
        }),
      )
      await times(3, () => each.$transaction((tx) => tx.item.findMany({ where: { label: '1' } })))
    }

    expect(await preparedBy(prisma)).toEqual([])
    expect((await preparedBy(asked)).length).toBeGreaterThanOrEqual(3)
    expect(await prisma.item.count()).toBe(12)
  })
})

describe('prepared statements', () => {
  it(
    'are none of 10,000 raw texts that look like those of Prisma',
    { timeout: 240_000 },
    async () => {
      const prisma = shareItems()
      const textOf = (column: number): string =>
        `SELECT "prepared"."Item"."id" AS "c${column}" FROM "prepared"."Item" WHERE ("prepared"."Item"."id" = $1 AND 1=1)`

      for (let column = 0; column < 10_000; column++)
        await prisma.$queryRawUnsafe(textOf(column), 1)

      expect(await preparedBy(prisma)).toEqual([])
    },
  )

  it('are none that is written by hand in a file', async () => {
    const prisma = shareItems({ previewFeatures: ['typedSql'] })
    const typed = makeTypedQueryFactory('SELECT id, label FROM prepared."Item" WHERE id = $1')

    await times(3, () => prisma.$queryRawTyped(typed(1)))

    expect(await preparedBy(prisma)).toEqual([])
  })

  it('work below retries and suspension, and beside telemetry', async () => {
    const prisma = shareItems({
      wrap: (adapter) => withRetry(withSuspend(adapter)),
      share: { telemetry: telemetry({ log: false }) },
    })

    await times(3, () => prisma.item.findUnique({ where: { id: 1 } }))

    expect(await preparedBy(prisma)).toHaveLength(1)
  })

  it('keep the comment of the program, and are none with that of a request', async () => {
    const prisma = shareItems({
      share: { telemetry: telemetry({ log: false, comments: { app: 'shop', release: '7' } }) },
    })
    const find = (): Promise<unknown> => prisma.item.findUnique({ where: { id: 1 } })
    const count = (): Promise<unknown> => prisma.item.count()

    await times(3, find)
    await times(3, () => withRequestContext({ requestId: 'same' }, () => times(3, count)))

    expect(await preparedBy(prisma)).toEqual([
      expect.stringMatching(/^\/\*app='shop',release='7'\*\/ SELECT "prepared"\."Item"\."id"/),
    ])
  })

  it('have a comment in every request where it is the one of the program', async () => {
    const comments = { app: 'shop', perRequest: false }
    const prisma = shareItems({ share: { telemetry: telemetry({ log: false, comments }) } })
    let request = 0

    await times(3, () =>
      withRequestContext({ requestId: `${request++}` }, () => prisma.item.count()),
    )

    expect(await preparedBy(prisma)).toEqual([expect.stringMatching(/^\/\*app='shop'\*\/ SELECT /)])
  })
})
