import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { disconnect, drain, sharePrisma, status } from '../src/index.ts'
import { pgPool } from '../src/pg.ts'
import { deferred, fakeClient, forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'

/** The part of the generated client that the tests use. */
interface ItemClient {
  readonly item: {
    count(): Promise<number>
    create(args: { data: { label: string } }): Promise<{ id: number }>
    findUnique(args: object): Promise<unknown> & { members(): Promise<unknown> }
  }
  $transaction<Result>(run: (tx: ItemClient) => Promise<Result>, options?: object): Promise<Result>
  $transaction(batch: Array<Promise<unknown>>): Promise<unknown[]>
  $queryRawUnsafe(sql: string): Promise<unknown>
  $extends(extension: object): ItemClient
  $on(event: string, listener: () => void): void
}

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => ItemClient

const admin = new pg.Client(inject('databaseUrl'))

beforeAll(async () => {
  await admin.connect()
  await admin.query(
    'CREATE SCHEMA drain_test; CREATE TABLE drain_test."Item" (id serial PRIMARY KEY, label text UNIQUE NOT NULL, "parentId" int)',
  )
})
afterAll(async () => {
  await admin.query('DROP SCHEMA drain_test CASCADE')
  await admin.end()
})
beforeEach(async () => {
  forgetSharedClients()
  await admin.query('TRUNCATE drain_test."Item"')
})

function build(
  observe: <Factory extends object>(factory: Factory) => Factory,
  max = 1,
): ItemClient {
  const { config, options, transactionOptions } = pgPool(
    `${inject('databaseUrl')}?schema=drain_test&connection_limit=${max}&application_name=drain-probe`,
  )
  return new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions })
}

const share = (max?: number) => sharePrisma(({ observe }) => build(observe, max))

async function connections(): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'drain-probe'`,
  )
  return rows[0]?.count ?? -1
}

async function labels(): Promise<string[]> {
  const { rows } = await admin.query<{ label: string }>(
    'SELECT label FROM drain_test."Item" ORDER BY id',
  )
  return rows.map((row) => row.label)
}

describe('drain', () => {
  it('refuses new units, of every kind, with a code', async () => {
    const prisma = share()
    await prisma.item.count()
    const made = prisma.item.count()
    await drain(prisma)

    const refused = [
      made,
      prisma.item.count(),
      prisma.$queryRawUnsafe('SELECT 1'),
      prisma.item.findUnique({ where: { id: 1 } }).members(),
      prisma.$transaction([prisma.item.count()]),
      prisma.$transaction(async (tx) => tx.item.count()),
      prisma.$extends({}).item.count(),
    ]

    for (const one of refused) await expect(one).rejects.toMatchObject({ code: 'DRAINED' })
    await expect.poll(connections).toBe(0)
  })

  it('makes no rejection that nobody awaits', async () => {
    const prisma = share()
    await prisma.item.count()
    await drain(prisma)
    const unheard = vi.fn<() => void>()
    process.once('unhandledRejection', unheard)

    void prisma.item.count
    const lazy = prisma.item.count()
    await new Promise((resolve) => setImmediate(resolve))

    expect(unheard).not.toHaveBeenCalled()
    process.off('unhandledRejection', unheard)
    await expect(lazy).rejects.toMatchObject({ code: 'DRAINED' })
  })

  it('lets an interactive transaction finish, its later queries and what it asks of the handle included', async () => {
    const prisma = share(2)
    const [entered, goOn] = [deferred<void>(), deferred<void>()]
    const transaction = prisma.$transaction(async (tx) => {
      await tx.item.create({ data: { label: 'before' } })
      entered.resolve()
      await goOn.promise
      await tx.item.create({ data: { label: 'after' } })
      return prisma.item.count()
    })
    await entered.promise

    const drained = drain(prisma, { timeoutMs: 10_000 })
    await expect(prisma.item.count()).rejects.toMatchObject({ code: 'DRAINED' })
    expect(status(prisma)).toMatchObject({ state: 'draining', unitsInFlight: 1 })
    goOn.resolve()

    // The handle has a connection of its own, to which nothing is committed yet.
    expect(await transaction).toBe(0)
    await drained
    expect(await labels()).toEqual(['before', 'after'])
    expect(status(prisma)).toMatchObject({ state: 'drained', unitsInFlight: 0 })
    await expect.poll(connections).toBe(0)
  })

  it('lets the hooks of an extension finish, and what they ask of the handle', async () => {
    const prisma = share(2)
    const [entered, goOn] = [deferred<void>(), deferred<void>()]
    const audited = prisma.$extends({
      query: {
        item: {
          create: async ({ args, query }: { args: object; query: (args: object) => unknown }) => {
            entered.resolve()
            await goOn.promise
            await prisma.$queryRawUnsafe(
              `INSERT INTO drain_test."Item" (label) VALUES ('audit') RETURNING 1`,
            )
            return query(args)
          },
        },
      },
    })
    const created = audited.item.create({ data: { label: 'item' } }).then((item) => item.id)
    await entered.promise

    const drained = drain(prisma)
    goOn.resolve()

    expect(await created).toBeTypeOf('number')
    await drained
    expect(await labels()).toEqual(['audit', 'item'])
  })

  it('lets the hooks of a client that was extended in the callback finish as well', async () => {
    const [entered, goOn] = [deferred<void>(), deferred<void>()]
    const prisma: ItemClient & AsyncDisposable = sharePrisma(({ observe }) =>
      build(observe, 2).$extends({
        query: {
          item: {
            create: async ({ args, query }: { args: object; query: (args: object) => unknown }) => {
              entered.resolve()
              await goOn.promise
              expect(await prisma.item.count()).toBe(0)
              return query(args)
            },
          },
        },
      }),
    )
    const created = prisma.item.create({ data: { label: 'item' } }).then((item) => item.id)
    await entered.promise

    const drained = drain(prisma)
    goOn.resolve()

    expect(await created).toBeTypeOf('number')
    await drained
  })

  it('waits for those who wait for a connection', async () => {
    const prisma = share()
    const [entered, goOn] = [deferred<void>(), deferred<void>()]
    const slow = prisma.$transaction(async (tx) => {
      await tx.item.count()
      entered.resolve()
      await goOn.promise
    })
    await entered.promise
    const waiting = [1, 2, 3].map(async () => prisma.item.count())
    await expect.poll(() => status(prisma).pool?.waiting).toBe(3)

    const drained = drain(prisma)
    goOn.resolve()

    await drained
    await slow
    expect(await Promise.all(waiting)).toEqual([0, 0, 0])
  })

  it('refuses what a unit left behind after its end', async () => {
    const prisma = share()
    const goOn = deferred<void>()
    let leftBehind: Promise<unknown> | undefined
    await prisma.$transaction(async (tx) => {
      leftBehind = goOn.promise.then(() => prisma.item.count())
      return tx.item.count()
    })

    await drain(prisma)
    goOn.resolve()

    await expect(leftBehind).rejects.toMatchObject({ code: 'DRAINED' })
  })

  it('refuses what a method left behind that returned no promise', async () => {
    const [goOn, work] = [deferred<void>(), deferred<string>()]
    let leftBehind: Promise<unknown> | undefined
    const prisma = sharePrisma(() => ({
      ...fakeClient('a'),
      $start: () => {
        leftBehind = goOn.promise.then(() => prisma.user.findMany())
        return 'started'
      },
    }))
    expect(prisma.$start()).toBe('started')
    const slow = prisma.$slow(work.promise)

    const drained = drain(prisma)
    goOn.resolve()

    await expect(leftBehind).rejects.toMatchObject({ code: 'DRAINED' })
    work.resolve('done')
    await Promise.all([slow, drained])
  })

  it('lets no client behind the handle connect again', async () => {
    let client: ItemClient | undefined
    const prisma = sharePrisma(({ observe }) => (client = build(observe)))
    await prisma.item.count()
    await drain(prisma)

    await expect(client?.item.count()).rejects.toThrow('closed for good')
    await expect.poll(connections).toBe(0)
  })

  it('leaves a client that was never used unused', async () => {
    const prisma = share()
    await drain(prisma)

    expect(status(prisma)).toMatchObject({ state: 'drained', generation: 0 })
    await expect(prisma.item.count()).rejects.toMatchObject({ code: 'DRAINED' })
    await expect.poll(connections).toBe(0)
  })

  it('closes what was replaced and has not ended yet', async () => {
    const old = sharePrisma(() => fakeClient('old'))
    const work = deferred<string>()
    const slow = old.$slow(work.promise)
    const fresh = sharePrisma(() => fakeClient('new'))
    expect(fresh.$version).toBe('new')

    const drained = drain(fresh)
    work.resolve('done')

    await drained
    expect(await slow).toBe('done')
    expect(status(fresh)).toMatchObject({ state: 'drained', draining: [] })
    expect(fresh.closed.count).toBe(1)
  })

  it('is one drain for all who ask, and stays done', async () => {
    const prisma = sharePrisma(() => fakeClient('a'))
    void prisma.$version

    await Promise.all([drain(prisma), drain(prisma)])
    await drain(prisma)

    expect(prisma.closed.count).toBe(1)
    await disconnect(prisma)
    await expect(prisma.user.findMany()).rejects.toMatchObject({ code: 'DRAINED' })
  })

  it('gives up after its bound, says what is open, and can be asked again', async () => {
    vi.useFakeTimers()
    const prisma = sharePrisma(() => fakeClient('a'))
    const work = deferred<string>()
    const stuck = prisma.$slow(work.promise)

    const failed = drain(prisma, { timeoutMs: 3_000 }).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await failed).toMatchObject({
      code: 'CLOSE_TIMEOUT',
      message: expect.stringContaining('inFlight=1'),
    })
    vi.useRealTimers()

    work.resolve('late')
    await stuck
    await drain(prisma)
    expect(status(prisma).state).toBe('drained')
  })

  it('refuses what a unit asks for that was given up', async () => {
    const [goOn, stuck] = [deferred<void>(), deferred<string>()]
    let asked: Promise<unknown> | undefined
    const prisma = sharePrisma(() => ({
      ...fakeClient('a'),
      $work: async () => {
        asked = goOn.promise.then(() => prisma.user.findMany())
        return stuck.promise
      },
    }))
    const work = prisma.$work()

    await expect(drain(prisma, { timeoutMs: 0 })).rejects.toMatchObject({ code: 'CLOSE_TIMEOUT' })
    goOn.resolve()

    await expect(asked).rejects.toMatchObject({ code: 'DRAINED' })
    stuck.resolve('late')
    await work
  })

  it('runs at the end of an `await using` block', async () => {
    const prisma = share()
    {
      await using scoped = prisma
      expect(await scoped.item.count()).toBe(0)
    }

    expect(status(prisma).state).toBe('drained')
    await expect.poll(connections).toBe(0)
  })

  it.each([Number.NaN, -1, '5s' as never])('refuses the timeout %s', async (timeoutMs) => {
    const prisma = sharePrisma(() => fakeClient('a'))

    await expect(drain(prisma, { timeoutMs })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await expect(drain({})).rejects.toMatchObject({ code: 'NOT_A_SHARED_CLIENT' })
  })
})
