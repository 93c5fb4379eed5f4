import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { ClientRegistryOf } from '../src/client-registry.ts'
import { deployMigrations } from '../src/deploy-migrations.ts'
import { RollbackTests } from '../src/rollback-tests.ts'
import { startPostgres, type EmbeddedPostgres } from '../src/start-postgres.ts'
import { app, loadPrisma, type AppClient } from './app-client.ts'
import { query } from './query.ts'

const clients = new ClientRegistryOf(globalThis)
// Less than Prisma lets a transaction last, and more than a statement takes on a busy machine.
const WAIT_MS = 2_500
const KEPT = [{ email: 'kept@example.com' }]
const EMAILS = { select: { email: true }, orderBy: { email: 'asc' } } as const

let postgres: EmbeddedPostgres
let url: string
let tests: RollbackTests
let prisma: AppClient

beforeAll(async () => {
  postgres = await startPostgres()
  url = await postgres.createDatabase('shop')
  await deployMigrations({ url, directory: join(app, 'prisma/migrations') })
  await query(url, `INSERT INTO "User" (email) VALUES ('kept@example.com')`)
})
afterAll(() => postgres.stop())
beforeEach(() => {
  vi.stubEnv('DATABASE_URL', url)
  tests = new RollbackTests(clients, WAIT_MS)
  prisma = loadPrisma()
})
afterEach(async () => {
  await clients.closeAll(5_000)
  await tests.close()
  vi.unstubAllEnvs()
  // Whatever a test has done, nothing of it is to be left.
  expect(await query(url, 'SELECT email FROM "User" ORDER BY email')).toEqual(KEPT)
})

describe('RollbackTests', () => {
  it('undoes what a test has written, and finds what was there before', async () => {
    const seen: unknown[] = []
    for (const email of ['a@example.com', 'b@example.com']) {
      await tests.beginTest()
      await prisma.user.create({ data: { email, posts: { create: { title: 'first' } } } })
      seen.push(await prisma.user.findMany(EMAILS))
      await tests.endTest()
    }

    expect(seen).toEqual([
      [{ email: 'a@example.com' }, ...KEPT],
      [{ email: 'b@example.com' }, ...KEPT],
    ])
  })

  it('keeps what was written before the first test for all tests, and undoes it at the end', async () => {
    await prisma.user.create({ data: { email: 'all@example.com' } })

    await tests.beginTest()
    await prisma.user.deleteMany()
    await tests.endTest()
    await tests.beginTest()
    const seen = await prisma.user.findMany(EMAILS)
    await tests.endTest()

    expect(seen).toEqual([{ email: 'all@example.com' }, ...KEPT])
  })

  it('shows nothing to other connections', async () => {
    await tests.beginTest()
    await prisma.$transaction([prisma.user.create({ data: { email: 'a@example.com' } })])

    expect(await query(url, 'SELECT email FROM "User"')).toEqual(KEPT)
    await tests.endTest()
  })

  it('commits and undoes the transactions of the code under test', async () => {
    await tests.beginTest()
    await prisma.$transaction(async (tx) => {
      await tx.user.create({ data: { email: 'a@example.com' } })
      expect(await tx.user.count()).toBe(2)
    })
    const failing = prisma.$transaction(async (tx) => {
      await tx.user.create({ data: { email: 'b@example.com' } })
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    const batch = prisma.$transaction([
      prisma.user.create({ data: { email: 'c@example.com' } }),
      prisma.user.create({ data: { email: 'a@example.com' } }),
    ])
    await expect(batch).rejects.toMatchObject({ code: 'P2002' })

    expect(await prisma.user.findMany(EMAILS)).toEqual([{ email: 'a@example.com' }, ...KEPT])
    await tests.endTest()
  })

  it('goes on after a unique violation, by itself and in a transaction', async () => {
    const data = KEPT[0] ?? {}
    await tests.beginTest()
    await expect(prisma.user.create({ data })).rejects.toMatchObject({ code: 'P2002' })
    const inside = prisma.$transaction(async (tx) => {
      await expect(tx.user.create({ data })).rejects.toMatchObject({ code: 'P2002' })
      // As on a connection of its own, a transaction is not to be used after an error.
      await tx.user.count()
    })
    await expect(inside).rejects.toThrow(/current transaction is aborted/)

    expect(await prisma.user.count()).toBe(1)
    await tests.endTest()
  })

  it('runs queries that are started at once, raw ones among them', async () => {
    const numbers = Array.from({ length: 20 }, (_, number) => number)
    await tests.beginTest()
    await Promise.all([
      ...numbers.map((number) => prisma.user.create({ data: { email: `${number}@example.com` } })),
      prisma.$executeRawUnsafe(`INSERT INTO "User" (email) VALUES ('raw@example.com')`),
      expect(prisma.$queryRawUnsafe('SELECT nothing')).rejects.toMatchObject({ code: 'P2010' }),
    ])

    expect(await prisma.user.count()).toBe(22)
    await tests.endTest()
  })

  it('runs transactions that are started at once one after the other', async () => {
    const order: string[] = []
    const run = (name: string): Promise<unknown> =>
      prisma.$transaction(async (tx) => {
        order.push(`${name} begins`)
        await tx.user.create({ data: { email: `${name}@example.com` } })
        order.push(`${name} ends`)
      })
    await tests.beginTest()
    await Promise.all([run('a'), run('b'), prisma.user.count()])

    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
    expect(await prisma.user.count()).toBe(3)
    await tests.endTest()
  })

  it('refuses the shared client in the callback of its own transaction, at once', async () => {
    await tests.beginTest()
    const running = prisma.$transaction(async (tx) => {
      await tx.user.create({ data: { email: 'a@example.com' } })
      await prisma.user.count()
    })

    await expect(running).rejects.toMatchObject({ message: expect.stringContaining('callback') })
    expect(await prisma.user.count()).toBe(1)
    await tests.endTest()
  })

  it('lets a query wait for a transaction, but not for ever', async () => {
    const { promise: end, resolve } = deferred()
    const { promise: begun, resolve: begin } = deferred()
    await tests.beginTest()
    const running = prisma.$transaction(async () => {
      begin()
      await end
    })
    await begun

    await expect(prisma.user.count()).rejects.toThrow(`more than ${WAIT_MS} ms`)
    resolve()
    await running
    expect(await prisma.user.count()).toBe(1)
    await tests.endTest()
  })

  it.each(['COMMIT', ' begin', 'ROLLBACK', 'end;', 'START TRANSACTION'])(
    'refuses %s as raw SQL',
    async (sql) => {
      await tests.beginTest()
      const running = prisma.$executeRawUnsafe(sql)

      await expect(running).rejects.toThrow('cannot run BEGIN')
      await tests.endTest()
    },
  )

  it('ends a transaction that the test has left open, and refuses what it does later', async () => {
    const { promise: end, resolve } = deferred()
    const { promise: begun, resolve: begin } = deferred()
    await tests.beginTest()
    const left = prisma.$transaction(async (tx) => {
      await tx.user.create({ data: { email: 'a@example.com' } })
      begin()
      await end
      await tx.user.create({ data: { email: 'b@example.com' } })
    })
    const outcome = left.then(String, String)
    await begun
    await tests.endTest()
    await tests.beginTest()
    resolve()

    expect(await outcome).toContain('when its test had ended')
    expect(await prisma.user.count()).toBe(1)
    await tests.endTest()
  })

  it('keeps what a test has written when the client is closed and used again', async () => {
    await tests.beginTest()
    await prisma.user.create({ data: { email: 'a@example.com' } })
    await prisma.$disconnect()
    await clients.closeAll(5_000)

    expect(await prisma.user.count()).toBe(2)
    await tests.endTest()
  })

  it('starts afresh after the connection was lost', async () => {
    await tests.beginTest()
    await prisma.user.create({ data: { email: 'a@example.com' } })
    await query(
      postgres.url,
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'shop'`,
    )
    await expect(prisma.user.count()).rejects.toMatchObject({
      clientVersion: expect.any(String),
    })
    await tests.endTest()
    await tests.beginTest()

    expect(await prisma.user.count()).toBe(1)
    await tests.endTest()
  })

  it('refuses two tests at once', async () => {
    await tests.beginTest()

    await expect(tests.beginTest()).rejects.toMatchObject({ code: 'TESTS_OVERLAP' })
  })
})

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
