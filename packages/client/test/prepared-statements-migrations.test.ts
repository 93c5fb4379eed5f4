import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { disconnect, status } from '../src/index.ts'
import { forgetSharedClients } from './fake-client.ts'
import { PooledDatabase, shareItems, type ItemClient } from './pooled-database.ts'

// Each as a migration runs it, on a table that is in use. The types that change are those of columns
// that the client reads and writes.
const CHANGES = [
  'ALTER TABLE "Item" ADD COLUMN "note" TEXT',
  'ALTER TABLE "Item" ALTER COLUMN "label" TYPE VARCHAR(200)',
  'CREATE INDEX "Item_parentId_idx" ON "Item"("parentId")',
  `ALTER TABLE "Item" ADD COLUMN "state" TEXT NOT NULL DEFAULT 'new'`,
  'BEGIN; ALTER TABLE "Item" ALTER COLUMN "label" TYPE TEXT; ALTER TABLE "Item" DROP COLUMN "note"; COMMIT',
  'DROP INDEX "Item_parentId_idx"',
  'ALTER TABLE "Item" DROP COLUMN "state"',
  'ALTER TABLE "Item" ALTER COLUMN "label" TYPE VARCHAR(300)',
  'ANALYZE "Item"',
  'BEGIN; ALTER TABLE "Item" DROP CONSTRAINT "Item_label_key"; ALTER TABLE "Item" ADD CONSTRAINT "Item_label_key" UNIQUE ("label"); COMMIT',
  'ALTER TABLE "Item" ALTER COLUMN "label" TYPE TEXT',
  'CREATE TABLE "Other" (id serial PRIMARY KEY, "itemId" int)',
  'DROP TABLE "Other"',
] as const
const WORKERS = 6
// Of every worker, between one change and the next.
const ROUNDS_A_CHANGE = 2

describe('prepared statements under migrations', () => {
  let database: PooledDatabase
  let prisma: ItemClient
  beforeEach(async () => {
    forgetSharedClients()
    database = await PooledDatabase.create()
    prisma = shareItems(database.url, { pool: { max: 4 } })
  })
  afterEach(async () => {
    await disconnect(prisma)
    await database[Symbol.asyncDispose]()
  })

  it(
    'fail nobody, and give what is right, while the schema changes under them',
    { timeout: 240_000 },
    async () => {
      const rounds = Array.from({ length: WORKERS }, () => 0)
      const failures: unknown[] = []
      const over = new AbortController()
      const work = async (worker: number): Promise<void> => {
        while (!over.signal.aborted) {
          await round(prisma, `${worker}-${rounds[worker]}`)
          rounds[worker] = (rounds[worker] ?? 0) + 1
        }
      }
      const workers = rounds.map((_, worker) =>
        work(worker).catch((error: unknown) => failures.push(error)),
      )
      const allHaveGoneOn = async (): Promise<void> => {
        const before = [...rounds]
        await expect
          .poll(
            () =>
              failures.length > 0 ||
              rounds.every((done, worker) => done >= (before[worker] ?? 0) + ROUNDS_A_CHANGE),
            { timeout: 60_000 },
          )
          .toBe(true)
      }

      try {
        await allHaveGoneOn()
        for (const change of CHANGES) {
          await database.query(change)
          await allHaveGoneOn()
        }
      } finally {
        over.abort()
        await Promise.all(workers)
      }

      expect(failures).toEqual([])
      expect(status(prisma)).toMatchObject({ queries: { failed: 0 }, connectionsDiscarded: 0 })
      const [names] = await prisma.$queryRawUnsafe<{ last: string }>(
        'SELECT name AS last FROM pg_prepared_statements ORDER BY prepare_time DESC LIMIT 1',
      )
      // They were named anew after a change of a type.
      expect(names?.last).toMatch(/^oneprisma_[\da-f]{32}_[1-9]\d*$/)
      expect(await prisma.item.count()).toBe(0)
    },
  )

  it('are sent again for the rows of a column that was made wider', async () => {
    const { id } = await prisma.item.create({ data: { label: 'root' } })
    const children = (): Promise<Array<{ parentId: number | null }>> =>
      prisma.item.findMany({ where: { parentId: id } })
    await prisma.item.create({ data: { label: 'of root', parentId: id } as { label: string } })
    for (let count = 0; count < 4; count++) await children()

    await database.query('ALTER TABLE "Item" ALTER COLUMN "parentId" TYPE BIGINT')

    expect(await children()).toMatchObject([{ parentId: id }])
    expect(status(prisma)).toMatchObject({ queries: { failed: 0 } })
  })

  it('fail as they do without a name where a column is gone', async () => {
    for (let count = 0; count < 4; count++) await prisma.item.findMany()
    await database.query('ALTER TABLE "Item" DROP COLUMN "parentId"')

    await expect(prisma.item.findMany()).rejects.toMatchObject({ code: 'P2022' })

    await database.query('ALTER TABLE "Item" ADD COLUMN "parentId" int')
    expect(await prisma.item.findMany()).toEqual([])
  })
})

/** Reads, relations, nested writes and transactions, all on rows of its own, each with what is right. */
async function round(prisma: ItemClient, own: string): Promise<void> {
  const root = await prisma.item.create({
    data: { label: own, members: { create: [{ label: `${own}-a` }, { label: `${own}-b` }] } },
  })
  expect(root).toMatchObject({ label: own, parentId: null })

  const [found] = await prisma.item.findMany({
    where: { id: root.id },
    include: { members: { orderBy: { label: 'asc' } } },
  })
  expect(found).toMatchObject({
    label: own,
    members: [{ label: `${own}-a` }, { label: `${own}-b` }],
  })

  const renamed = await prisma.$transaction(async (tx) => {
    const { id } = await tx.item.update({
      where: { label: `${own}-a` },
      data: { label: `${own}-c` },
    })
    const count = await tx.item.count({ where: { parentId: root.id } })
    await tx.item.delete({ where: { label: `${own}-b` } })
    return { id, count }
  })
  expect(renamed.count).toBe(2)

  expect(await prisma.item.findMany({ where: { parentId: root.id } })).toMatchObject([
    { id: renamed.id, label: `${own}-c` },
  ])
  await prisma.item.delete({ where: { label: `${own}-c` } })
  await prisma.item.delete({ where: { label: own } })
}
