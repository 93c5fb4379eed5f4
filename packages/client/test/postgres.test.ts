import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  vi,
} from 'vitest'
import { disconnect, sharePrisma, status } from '../src/index.ts'
import { pgPool, type PgPoolOptions } from '../src/pg.ts'
import { forgetSharedClients } from './fake-client.ts'
import { getPrismaClientClass } from './prisma-versions/client-7-10.ts'

/** The part of the generated client that the tests use. */
interface ItemClient {
  readonly item: { count(): Promise<number> }
  $transaction<Result>(run: (tx: ItemClient) => Promise<Result>, options?: object): Promise<Result>
  $queryRawUnsafe(sql: string): Promise<Array<Record<string, unknown>>>
  $disconnect(): Promise<void>
}

// The fixture is generated without its types; the tests prove the shape by using it.
const PrismaClient = getPrismaClientClass() as unknown as new (options: object) => ItemClient

const admin = new pg.Client(inject('databaseUrl'))

beforeAll(async () => {
  await admin.connect()
  await admin.query('CREATE SCHEMA postgres_test; CREATE TABLE postgres_test."Item" (id serial)')
})
afterAll(async () => {
  await admin.query('DROP SCHEMA postgres_test CASCADE')
  await admin.end()
})
beforeEach(forgetSharedClients)
afterEach(() => void vi.unstubAllEnvs())

function share(name: string, options: PgPoolOptions = {}): ItemClient {
  return sharePrisma(({ observe }) => {
    const pool = pgPool(`${inject('databaseUrl')}?schema=postgres_test`, {
      max: 2,
      applicationName: name,
      ...options,
    })
    return new PrismaClient({
      adapter: observe(new PrismaPg(pool.config, pool.options)),
      transactionOptions: pool.transactionOptions,
    })
  })
}

/** A client over an adapter that a user has put together by hand. */
function shareAdapter(create: () => PrismaPg): ItemClient {
  return sharePrisma(({ observe }) => new PrismaClient({ adapter: observe(create()) }))
}

async function connections(name: string): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = $1',
    [name],
  )
  return rows[0]?.count ?? -1
}

describe('a shared client on Postgres', () => {
  it('is known to the server by its name, and never opens more than its pool may', async () => {
    const prisma = share('oneprisma-max')

    await Promise.all(
      Array.from({ length: 20 }, async () => prisma.$queryRawUnsafe('SELECT 1 AS one')),
    )

    expect(await connections('oneprisma-max')).toBe(2)
    expect(status(prisma).pool).toEqual({ max: 2, total: 2, idle: 2, waiting: 0 })
    await disconnect(prisma)
    await expect.poll(() => connections('oneprisma-max')).toBe(0)
  })

  it('forgets a pool that Prisma has closed', async () => {
    const prisma = share('oneprisma-again')
    await prisma.item.count()

    await prisma.$disconnect()
    expect(status(prisma).pool).toBeUndefined()

    await prisma.item.count()
    expect(status(prisma).pool).toEqual({ max: 2, total: 1, idle: 1, waiting: 0 })
    await disconnect(prisma)
  })

  it('shows who waits while the pool is busy, and gives up after the bound', async () => {
    const prisma = share('oneprisma-busy', { max: 1, acquireTimeoutMs: 300 })
    // The bound holds for the transaction too, which so finds a connection that is open.
    await expect.poll(() => prisma.item.count().catch(() => undefined)).toBe(0)
    const held = prisma.$transaction(
      async (tx) => {
        await tx.item.count()
        const waiting = prisma.item.count()
        await expect.poll(() => status(prisma).pool?.waiting).toBe(waitingFor(waiting))
        await expect(waiting).rejects.toThrow(/timeout exceeded/)
      },
      { timeout: 20_000 },
    )

    await held
    await disconnect(prisma)
  })

  it('lets an interactive transaction wait for a connection as long as a query', async () => {
    const prisma = share('oneprisma-wait', { max: 1, acquireTimeoutMs: 20_000 })
    const first = prisma.$transaction(
      async (tx) => {
        await tx.$queryRawUnsafe('SELECT pg_sleep(2.2)::text')
      },
      { timeout: 20_000 },
    )
    await expect.poll(() => status(prisma).transactionsOpen).toBe(1)

    // Prisma by itself gives up after 2 seconds.
    expect(await prisma.$transaction(async (tx) => tx.item.count())).toBe(0)
    await first
    await disconnect(prisma)
  })

  it('cancels a statement on the server when it is told to', async () => {
    const prisma = share('oneprisma-statement', { statementTimeoutMs: 50 })

    await expect(prisma.$queryRawUnsafe('SELECT pg_sleep(30)::text')).rejects.toThrow(
      /statement timeout/,
    )
    await disconnect(prisma)
  })

  it('finishes an open transaction with all its later queries before it closes', async () => {
    const prisma = share('oneprisma-drain')
    let isOpen = (): void => {}
    const opened = new Promise<void>((resolve) => {
      isOpen = resolve
    })
    let goOn = (): void => {}
    const told = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const transaction = prisma.$transaction(async (tx) => {
      await tx.item.count()
      isOpen()
      await told
      return tx.item.count()
    })
    await opened

    const closing = disconnect(prisma)
    goOn()

    expect(await transaction).toBe(0)
    await closing
    await expect.poll(() => connections('oneprisma-drain')).toBe(0)
  })

  it('drains an old generation without failing its open transaction', async () => {
    const old = share('oneprisma-old')
    let goOn = (): void => {}
    const told = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const transaction = old.$transaction(async (tx) => {
      await tx.item.count()
      await told
      return tx.item.count()
    })
    await expect.poll(() => status(old).transactionsOpen).toBe(1)

    const renewed = sharePrisma(({ observe }) => {
      const { config, options } = pgPool(`${inject('databaseUrl')}?schema=postgres_test`, {
        applicationName: 'oneprisma-new',
      })
      const client = new PrismaClient({ adapter: observe(new PrismaPg(config, options)) })
      return Object.assign(client, { _engineConfig: { inlineSchema: 'another schema' } })
    })
    expect(await renewed.item.count()).toBe(0)
    expect(status(old)).toMatchObject({
      generation: 2,
      draining: [{ generation: 1, unitsInFlight: 1, pool: { total: 1 } }],
    })

    goOn()
    expect(await transaction).toBe(0)
    await expect.poll(() => connections('oneprisma-old')).toBe(0)
    expect(status(old).draining).toEqual([])
    await disconnect(renewed)
  })
})

describe('an adapter that would connect to the wrong place', () => {
  it('is refused when it got { pool }', async () => {
    const pool = new pg.Pool({ connectionString: inject('databaseUrl') })
    // What blog posts print, and TypeScript lets pass.
    const prisma = shareAdapter(() => new PrismaPg({ pool } as pg.PoolConfig))

    await expect(prisma.item.count()).rejects.toMatchObject({
      code: 'POOL_WRAPPED',
      message: expect.stringContaining('Write `new PrismaPg(pool)`'),
    })
    await pool.end()
  })

  it('is refused when its pool is of another copy of pg', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oneprisma-pg-'))
    const original = realpathSync(join(dirname(require.resolve('pg/package.json')), '..'))
    for (const name of PG_PACKAGES) {
      cpSync(join(original, name), join(folder, 'node_modules', name), { recursive: true })
    }
    const copy: typeof pg = createRequire(join(folder, 'noop.js'))('pg')
    const pool = new copy.Pool({ connectionString: inject('databaseUrl') })
    expect(pool).not.toBeInstanceOf(pg.Pool)

    const prisma = shareAdapter(() => new PrismaPg(pool))

    await expect(prisma.item.count()).rejects.toMatchObject({ code: 'POOL_FOREIGN_COPY' })
    expect(pool.totalCount).toBe(0)
    await pool.end()
    rmSync(folder, { recursive: true })
  })

  it('is refused when it got no connection string', async () => {
    const prisma = shareAdapter(() => new PrismaPg({ connectionString: undefined }))

    await expect(prisma.item.count()).rejects.toMatchObject({
      code: 'CONNECTION_STRING_MISSING',
      message: expect.stringContaining('127.0.0.1'),
    })
  })

  it('is accepted when libpq variables name the server', async () => {
    const url = new URL(inject('databaseUrl'))
    vi.stubEnv('PGHOST', url.hostname)
    vi.stubEnv('PGPORT', url.port)
    vi.stubEnv('PGUSER', url.username)
    vi.stubEnv('PGPASSWORD', url.password)
    vi.stubEnv('PGDATABASE', url.pathname.slice(1))
    const prisma = shareAdapter(() => new PrismaPg({}))

    expect(await prisma.$queryRawUnsafe('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await disconnect(prisma)
  })

  it('is accepted when it got a pool of its own copy, which stays open', async () => {
    const pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 3 })
    const prisma = shareAdapter(() => new PrismaPg(pool))

    expect(await prisma.$queryRawUnsafe('SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(status(prisma).pool).toMatchObject({ max: 3, total: 1 })
    await disconnect(prisma)
    expect(pool.ended).toBe(false)
    await pool.end()
  })
})

const require = createRequire(import.meta.url)
const PG_PACKAGES =
  'pg pg-pool pg-protocol pg-types pg-connection-string pgpass pg-int8 postgres-array postgres-bytea postgres-date postgres-interval split2 xtend'.split(
    ' ',
  )

/** Starts the work, and tells how many callers then wait for a connection: this one. */
function waitingFor(work: Promise<unknown>): number {
  work.catch(() => {})
  return 1
}
