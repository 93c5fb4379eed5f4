import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startPostgres, type EmbeddedPostgres } from '../src/start-postgres.ts'
import { FileDatabase } from '../src/file-database.ts'
import { openTestFile, type TestFile } from '../src/test-file.ts'
import type { TestDatabaseOptions } from '../src/test-options.ts'
import { startTestRun, type Runner, type TestRun } from '../src/test-run.ts'
import { app, loadPrisma } from './app-client.ts'
import { query } from './query.ts'
import { TemporaryFolder } from './temporary-folder.ts'

const OURS = `SELECT datname FROM pg_database WHERE datname LIKE 'oneprisma%' ORDER BY 1`
const migrations = join(app, 'prisma/migrations')

let postgres: EmbeddedPostgres

beforeAll(async () => {
  // The runs take it for a server of the user's.
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())
beforeEach(() => {
  vi.stubEnv('DATABASE_URL', postgres.url)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

describe('startTestRun', () => {
  it('gives each file the migrated and seeded database for itself, and drops it', async () => {
    const run = await start({ seed: seedThroughApp })
    const [one, other] = [await open(run), await open(run)]
    await insert(one.url, 'one@example.com')

    expect(await emails(one.url)).toEqual(['one@example.com', 'seed@example.com'])
    expect(await emails(other.url)).toEqual(['seed@example.com'])
    await one.close({ hasFailed: false })
    await expect.poll(databases).toHaveLength(2)
    await other.close({ hasFailed: false })
    await run.close()
    expect(await databases()).toEqual([])
  })

  it('leaves DATABASE_URL as it was, and its database untouched', async () => {
    const before = await query(postgres.url, 'SELECT relname FROM pg_class ORDER BY oid')

    const run = await start({ seed: seedThroughApp })
    await run.close()

    expect(process.env['DATABASE_URL']).toBe(postgres.url)
    expect(await query(postgres.url, 'SELECT relname FROM pg_class ORDER BY oid')).toEqual(before)
  })

  it('starts a server where there is none, and stops it', async () => {
    vi.stubEnv('DATABASE_URL', undefined)

    const run = await start()
    const file = await open(run)
    expect(await emails(file.url)).toEqual([])
    await file.close({ hasFailed: false })
    await run.close()

    await expect(query(file.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('removes what a killed run has left, and nothing of one that is alive', async () => {
    const alive = await start()
    const file = await open(alive)
    await query(postgres.url, 'CREATE DATABASE oneprisma_test_0000001_template')
    await query(postgres.url, 'CREATE DATABASE oneprisma_test_0000001_0123456789ab')
    await query(postgres.url, 'CREATE DATABASE oneprisma_testing')

    const next = await start()

    const names = await databases()
    expect(names.filter((name) => name.endsWith('_template'))).toHaveLength(2)
    expect(names.filter((name) => !name.endsWith('_template'))).toEqual([
      nameOf(file.url),
      'oneprisma_testing',
    ])
    await query(postgres.url, 'DROP DATABASE oneprisma_testing')
    await file.close({ hasFailed: false })
    await Promise.all([alive.close(), next.close()])
  })

  it('drops the database of a file whose process was killed', async () => {
    const run = await start()
    const file = await FileDatabase.take(run.plan.desk)
    expect(await databases()).toContain(file.name)

    file.giveBack()

    await expect.poll(databases).not.toContain(file.name)
    await run.close()
  })

  it('has copies ready before a file asks for one', async () => {
    const run = await start({}, { filesAtOnce: 3 })
    await expect.poll(copies).toHaveLength(3)
    const ready = await copies()

    const file = await open(run)

    expect(ready).toContain(nameOf(file.url))
    await expect.poll(copies).toHaveLength(4)
    await file.close({ hasFailed: false })
    await expect.poll(copies).toHaveLength(3)
    await run.close()
    expect(await databases()).toEqual([])
  })

  it('gives nothing to whoever does not know its token', async () => {
    const run = await start()

    const stranger = FileDatabase.take({ ...run.plan.desk, token: 'guessed' })

    await expect(stranger).rejects.toMatchObject({ code: 'RUN_ENDED' })
    expect(await copies()).toEqual([])
    await run.close()
  })

  it('says so where it has ended, and where the server makes no copy', async () => {
    const run = await start()
    const [template = ''] = await databases()
    await query(postgres.url, `ALTER DATABASE ${template} RENAME TO oneprisma_hidden`)

    await expect(open(run)).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining('does not exist'),
    })
    await query(postgres.url, 'DROP DATABASE oneprisma_hidden')
    await run.close()
    await expect(open(run)).rejects.toMatchObject({ code: 'RUN_ENDED' })
  })

  it('keeps databases of failed files, not more than it may, until the next run', async () => {
    const run = await start({ keepFailed: 1 })
    const [one, other] = [await open(run), await open(run)]
    await insert(one.url, 'one@example.com')

    const lines = [await one.close({ hasFailed: true }), await other.close({ hasFailed: true })]
    await run.close()

    const [kept = ''] = await databases()
    expect(await databases()).toEqual([kept])
    expect(lines).toEqual([
      `The database of users.test.ts is kept until the next run: ${kept}, on the server of DATABASE_URL`,
      undefined,
    ])
    const url = new URL(postgres.url)
    url.pathname = `/${kept}`
    expect(await emails(url.href)).toEqual(['one@example.com'])
    await (await start()).close()
    expect(await databases()).toEqual([])
  })

  it.each([
    {
      isWatched: true,
      until: 'for 10 minutes, or until the next run',
      afterwards: ['one@example.com'],
    },
    { isWatched: false, until: 'until the run ends', afterwards: 'ECONNREFUSED' },
  ])(
    'tells how to open a database of an embedded server (on a terminal: $isWatched)',
    async ({ isWatched, until, afterwards }) => {
      vi.stubEnv('DATABASE_URL', undefined)
      // Other tests start servers meanwhile, and shall not find this one.
      using base = new TemporaryFolder()
      vi.stubEnv('TMPDIR', base.path)
      const run = await start({}, { isWatched })
      const file = await open(run)
      await insert(file.url, 'one@example.com')

      const line = await file.close({ hasFailed: true })

      const [, told, url = ''] = /is kept (.*): psql '(.*)'$/.exec(line ?? '') ?? []
      expect(told).toBe(until)
      expect(await emails(url)).toEqual(['one@example.com'])
      await run.close()
      const answer = await emails(url).catch((error: pg.DatabaseError) => error.code)
      expect(answer).toEqual(afterwards)
      // A run that keeps nothing leaves nothing, and the next one ends what lingers.
      await (await start({}, { isWatched: true })).close()
      await expect(emails(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    },
  )

  it('drops what it has begun where a migration or the seed fails', async () => {
    const seed = (): never => {
      throw new Error('no rows today')
    }

    await expect(start({ seed })).rejects.toThrow('no rows today')

    expect(await databases()).toEqual([])
  })

  it.each([
    ['isolation', { isolation: 'table' as 'database' }],
    ['keepFailed', { keepFailed: -1 }],
    ['transactionWaitMs', { transactionWaitMs: 0 }],
    ['variables', { variables: [] }],
  ])('refuses a wrong value of %s', async (name, options) => {
    await expect(startTestRun(options)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(`\`${name}\``),
    })
  })
})

describe('openTestFile', () => {
  it('sets all the variables, and closes the shared clients at the end', async () => {
    const run = await start({ variables: ['DATABASE_URL', 'DIRECT_URL'] })
    const file = await open(run, process.env)
    const prisma = loadPrisma()
    await prisma.user.create({ data: { email: 'app@example.com' } })

    expect([process.env['DATABASE_URL'], process.env['DIRECT_URL']]).toEqual([file.url, file.url])
    expect(await emails(file.url)).toEqual(['app@example.com'])
    await file.close({ hasFailed: false })
    // A worker that goes on to the next file keeps the handle, and finds that file's database.
    const next = await open(run, process.env)
    expect(await prisma.user.count()).toBe(0)
    await next.close({ hasFailed: false })
    await run.close()
  })

  it('rolls tests back on a database that one file at a time uses', async () => {
    const run = await start({ isolation: 'transaction' })
    const one = await open(run, process.env)
    const prisma = loadPrisma()
    await one.beginTest()
    await prisma.user.create({ data: { email: 'app@example.com' } })
    const other = await open(run)

    expect(other.url).not.toBe(one.url)
    await one.endTest()
    expect(await prisma.user.count()).toBe(0)
    await one.close({ hasFailed: true })
    const third = await open(run)
    expect(await copies()).toHaveLength(2)
    expect(await emails(third.url)).toEqual([])
    await Promise.all([other.close({ hasFailed: false }), third.close({ hasFailed: false })])
    await run.close()
    expect(await databases()).toEqual([])
  })

  it('gives a worker the same database for all of its files, where they are rolled back', async () => {
    const run = await start({ isolation: 'transaction' }, { workers: 2 })
    const [one, two] = await copies()

    for (const [worker, name] of [
      [1, one],
      [2, two],
      [1, one],
    ] as const) {
      const file = await openTestFile(run.plan, { global: globalThis, env: {}, path: '', worker })
      expect(nameOf(file.url)).toBe(name)
      await file.close({ hasFailed: false })
    }

    await run.close()
  })
})

function start(options: TestDatabaseOptions = {}, runner?: Runner): Promise<TestRun> {
  return startTestRun({ migrations, ...options }, runner)
}

/** Opens the database of a file; without an environment, that of this process stays as it is. */
function open(run: TestRun, env: NodeJS.ProcessEnv = {}): Promise<TestFile> {
  return openTestFile(run.plan, { global: globalThis, env, path: 'users.test.ts' })
}

async function seedThroughApp(): Promise<void> {
  await loadPrisma().user.create({ data: { email: 'seed@example.com' } })
}

async function insert(url: string, email: string): Promise<void> {
  await query(url, `INSERT INTO "User" (email) VALUES (${pg.escapeLiteral(email)})`)
}

async function emails(url: string): Promise<unknown[]> {
  const rows = await query(url, 'SELECT email FROM "User" ORDER BY email')
  return rows.flatMap((row) => Object.values(row as object))
}

async function databases(): Promise<string[]> {
  const rows = await query(postgres.url, OURS)
  return rows.map((row) => String(Object.values(row as object)[0]))
}

/** The databases that are no templates. */
async function copies(): Promise<string[]> {
  return (await databases()).filter((name) => !name.endsWith('_template'))
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1)
}
