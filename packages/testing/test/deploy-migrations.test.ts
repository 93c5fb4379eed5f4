import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deployMigrations } from '../src/deploy-migrations.ts'
import { startPostgres, type EmbeddedPostgres } from '../src/start-postgres.ts'
import { query } from './query.ts'
import { openSchemaEngine } from './schema-engine.ts'
import { TemporaryFolder } from './temporary-folder.ts'

// All but ids and times, which are told apart from "none" alone.
const HISTORY = `SELECT migration_name, checksum, applied_steps_count, logs IS NULL AS "hasNoLogs",
  finished_at IS NOT NULL AS "isFinished", rolled_back_at IS NOT NULL AS "isRolledBack",
  length(id) AS "idLength", started_at <= coalesce(finished_at, now()) AS "isInOrder"
  FROM "_prisma_migrations" ORDER BY started_at`
const COLUMNS = `SELECT table_schema, table_name, column_name, data_type, column_default, is_nullable,
  character_maximum_length, ordinal_position FROM information_schema.columns
  WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 2, ordinal_position`

let postgres: EmbeddedPostgres
let directory: TemporaryFolder
let databases = 0

beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())
beforeEach(() => {
  directory = new TemporaryFolder()
  write('20260101000000_init', 'CREATE TABLE "User" ("id" TEXT PRIMARY KEY);\n')
  write(
    '20260102000000_names',
    'ALTER TABLE "User" ADD COLUMN "name" TEXT;\r\n\r\nCREATE INDEX "by_name" ON "User"("name");\r\n',
  )
})
afterEach(() => directory[Symbol.dispose]())

describe('deployMigrations', () => {
  it('applies what is missing in the order of the names, and nothing the second time', async () => {
    const url = await newDatabase()

    const first = await deploy(url)
    write('20260103000000_more', 'ALTER TABLE "User" ADD COLUMN "age" INTEGER;')
    const second = await deploy(url)
    const third = await deploy(url)

    expect(first).toEqual({
      applied: ['20260101000000_init', '20260102000000_names'],
      notInDirectory: [],
    })
    expect(second.applied).toEqual(['20260103000000_more'])
    expect(third.applied).toEqual([])
  })

  it("writes what Prisma's schema engine writes", async () => {
    write('migration_lock.toml', undefined, 'provider = "postgresql"\n')
    const [ours, theirs] = [await newDatabase(), await newDatabase()]

    const { applied } = await deploy(ours)
    const appliedByEngine = await withEngine(theirs, (engine) => engine.apply(directory.path))

    expect(applied).toEqual(appliedByEngine)
    expect(await query(ours, HISTORY)).toEqual(await query(theirs, HISTORY))
    expect(await query(ours, HISTORY)).toHaveLength(2)
    expect(await query(ours, COLUMNS)).toEqual(await query(theirs, COLUMNS))
  })

  it("leaves nothing to do for Prisma's schema engine", async () => {
    const url = await newDatabase()
    await deploy(url)

    await withEngine(url, async (engine) => {
      expect(await engine.diagnose(directory.path)).toEqual({
        editedMigrationNames: [],
        failedMigrationNames: [],
        hasMigrationsTable: true,
        history: null,
      })
      expect(await engine.apply(directory.path)).toEqual([])
    })
  })

  it("finds nothing to do after Prisma's schema engine", async () => {
    const url = await newDatabase()
    await withEngine(url, (engine) => engine.apply(directory.path))

    expect(await deploy(url)).toEqual({ applied: [], notInDirectory: [] })
  })

  it('works in the schema that the connection string names, as the engine does', async () => {
    const [ours, theirs] = [await newDatabase(), await newDatabase()]

    await deploy(`${ours}?schema=my%20app`)
    await withEngine(theirs, (engine) => engine.apply(directory.path), 'my app')

    expect(await query(ours, COLUMNS)).toEqual(await query(theirs, COLUMNS))
    expect(await query(ours, COLUMNS)).toContainEqual(
      expect.objectContaining({ table_schema: 'my app', table_name: 'User' }),
    )
    expect(await deploy(`${ours}?schema=my%20app`)).toMatchObject({ applied: [] })
  })

  it('lets two processes that deploy at once apply each migration once', async () => {
    const url = await newDatabase()

    const both = await Promise.all([deploy(url), deploy(url)])

    expect(both.flatMap(({ applied }) => applied)).toEqual([
      '20260101000000_init',
      '20260102000000_names',
    ])
  })

  it('runs migrations with the settings of the server, without the wait for the lock', async () => {
    const url = await newDatabase()
    write(
      '20260103000000_seen',
      `CREATE TABLE "seen" AS SELECT current_setting('lock_timeout') AS wait`,
    )

    await deploy(url)

    expect(await query(url, 'SELECT * FROM "seen"')).toEqual([{ wait: '0' }])
  })

  it('tolerates line endings that a checkout has changed, as the engine does', async () => {
    const url = await newDatabase()
    await deploy(url)
    write('20260101000000_init', 'CREATE TABLE "User" ("id" TEXT PRIMARY KEY);\r\n')
    write(
      '20260102000000_names',
      'ALTER TABLE "User" ADD COLUMN "name" TEXT;\n\nCREATE INDEX "by_name" ON "User"("name");\n',
    )

    expect(await deploy(url)).toMatchObject({ applied: [] })
    const diagnosis = await withEngine(url, (engine) => engine.diagnose(directory.path))
    expect(diagnosis.editedMigrationNames).toEqual([])
  })

  it('leaves a migration alone that only the database has, as the engine does, and names it', async () => {
    const url = await newDatabase()
    await deploy(url)
    rmSync(join(directory.path, '20260102000000_names'), { recursive: true })

    expect(await deploy(url)).toEqual({ applied: [], notInDirectory: ['20260102000000_names'] })
    expect(await withEngine(url, (engine) => engine.apply(directory.path))).toEqual([])
  })

  it('applies a migration again that was marked as rolled back', async () => {
    const url = await newDatabase()
    write('20260103000000_broken', 'SELECT broken')
    await expect(deploy(url)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
    await query(
      url,
      'UPDATE "_prisma_migrations" SET rolled_back_at = now() WHERE logs IS NOT NULL',
    )
    write('20260103000000_broken', 'SELECT 1')

    expect(await deploy(url)).toMatchObject({ applied: ['20260103000000_broken'] })
    expect(await deploy(url)).toMatchObject({ applied: [] })
    expect(await withEngine(url, (engine) => engine.apply(directory.path))).toEqual([])
  })
})

describe('deployMigrations with a migration that fails', () => {
  it('says where, and records it as the engine does', async () => {
    write('20260103000000_broken', 'SELECT 1;\nSELECT "missing" FROM "User";')
    const [ours, theirs] = [await newDatabase(), await newDatabase()]

    await expect(deploy(ours)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringMatching(
        /20260103000000_broken failed .*column "missing" does not exist, SQLSTATE 42703, line 2/,
      ),
    })
    await expect(withEngine(theirs, (engine) => engine.apply(directory.path))).rejects.toThrow(
      'missing',
    )

    expect(await query(ours, HISTORY)).toEqual(await query(theirs, HISTORY))
    expect(await query(ours, HISTORY)).toMatchObject([
      {},
      {},
      { applied_steps_count: 0, isFinished: false, isRolledBack: false, hasNoLogs: false },
    ])
  })

  it('refuses to go on, as the engine does', async () => {
    write('20260103000000_broken', 'SELECT broken')
    write('20260104000000_after', 'SELECT 1')
    const url = await newDatabase()
    await expect(deploy(url)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })

    await expect(deploy(url)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED_BEFORE',
      message: expect.stringMatching(/20260103000000_broken.*P3009/),
    })
    await expect(withEngine(url, (engine) => engine.apply(directory.path))).rejects.toMatchObject({
      code: 'P3009',
    })
  })

  it('records it where the migration had begun a transaction', async () => {
    write('20260103000000_broken', 'BEGIN; CREATE TABLE "half" (); SELECT broken; COMMIT;')
    const url = await newDatabase()

    await expect(deploy(url)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })

    expect(
      await query(
        url,
        `SELECT to_regclass('half') AS half, logs FROM "_prisma_migrations"
      WHERE finished_at IS NULL`,
      ),
    ).toEqual([{ half: null, logs: expect.stringContaining('column "broken" does not exist') }])
  })

  it('takes a transaction that is left open for a failure', async () => {
    write('20260103000000_open', 'BEGIN; CREATE TABLE "half" ();')
    const url = await newDatabase()

    await expect(deploy(url)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('leaves a transaction open'),
    })
    expect(await query(url, `SELECT to_regclass('half') AS half`)).toEqual([{ half: null }])
  })

  it('fails where the migration hides the history by its search path, as the engine does', async () => {
    write('20260103000000_dump', `SELECT pg_catalog.set_config('search_path', '', false);`)
    const [ours, theirs] = [await newDatabase(), await newDatabase()]

    await expect(deploy(ours)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('could not be recorded'),
    })
    await expect(withEngine(theirs, (engine) => engine.apply(directory.path))).rejects.toThrow(
      '_prisma_migrations',
    )
  })
})

describe('deployMigrations refuses', () => {
  it('a migration that was changed after it had been applied, before it applies anything', async () => {
    const url = await newDatabase()
    await deploy(url)
    write('20260102000000_names', 'ALTER TABLE "User" ADD COLUMN "title" TEXT;')
    write('20260103000000_more', 'CREATE TABLE "more" ();')

    await expect(deploy(url)).rejects.toMatchObject({
      code: 'MIGRATION_MODIFIED',
      message: expect.stringContaining('20260102000000_names'),
    })
    expect(await query(url, `SELECT to_regclass('more') AS more`)).toEqual([{ more: null }])
    const diagnosis = await withEngine(url, (engine) => engine.diagnose(directory.path))
    expect(diagnosis.editedMigrationNames).toEqual(['20260102000000_names'])
  })

  it('a folder that does not exist', async () => {
    const missing = join(directory.path, 'nowhere')

    await expect(
      deployMigrations({ url: await newDatabase(), directory: missing }),
    ).rejects.toMatchObject({
      code: 'MIGRATIONS_MISSING',
      message: expect.stringContaining('does not exist'),
    })
  })

  it('a folder without migrations', async () => {
    using empty = new TemporaryFolder()

    await expect(
      deployMigrations({ url: await newDatabase(), directory: empty.path }),
    ).rejects.toMatchObject({ code: 'MIGRATIONS_MISSING' })
  })

  it('a migration without its file, as the engine does', async () => {
    mkdirSync(join(directory.path, '20260103000000_lost'))
    const url = await newDatabase()

    await expect(deploy(url)).rejects.toMatchObject({ code: 'MIGRATION_FILE_MISSING' })
    await expect(withEngine(url, (engine) => engine.apply(directory.path))).rejects.toMatchObject({
      code: 'P3015',
    })
  })

  it('migrations for another kind of database', async () => {
    write('migration_lock.toml', undefined, '# a comment\nprovider = "mysql"\n')

    await expect(deploy(await newDatabase())).rejects.toMatchObject({
      code: 'MIGRATION_PROVIDER_MISMATCH',
      message: expect.stringContaining('mysql'),
    })
  })

  it('a schema with tables and without a history, as the engine does', async () => {
    const url = await newDatabase()
    await query(url, 'CREATE TABLE "somebodys" (id int)')

    await expect(deploy(url)).rejects.toMatchObject({ code: 'DATABASE_NOT_EMPTY' })
    await expect(withEngine(url, (engine) => engine.apply(directory.path))).rejects.toMatchObject({
      code: 'P3005',
    })
    expect(await query(url, `SELECT to_regclass('_prisma_migrations') AS history`)).toEqual([
      { history: null },
    ])
  })

  it('to wait for ever for another process that migrates', async () => {
    const url = await newDatabase()
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    try {
      await other.query('SELECT pg_advisory_lock(72707369)')

      await expect(
        deployMigrations({ url, directory: directory.path, lockTimeoutMs: 50 }),
      ).rejects.toMatchObject({ code: 'MIGRATION_LOCKED' })
    } finally {
      await other.end()
    }
  })

  it('a wait without a bound', async () => {
    const url = await newDatabase()

    await expect(
      deployMigrations({ url, directory: directory.path, lockTimeoutMs: 0 }),
    ).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })

  it.each([
    ['a connection string that is none', 'secret-text'],
    ['the connection string of another database', 'mysql://root:secret-text@localhost/app'],
  ])('%s, without repeating it', async (_case, url) => {
    await expect(deploy(url)).rejects.toMatchObject({
      code: 'CONNECTION_STRING_INVALID',
      message: expect.not.stringContaining('secret-text'),
    })
  })
})

async function newDatabase(): Promise<string> {
  databases++
  return postgres.createDatabase(`migrated_${databases}`)
}

function deploy(url: string) {
  return deployMigrations({ url, directory: directory.path })
}

function write(name: string, sql: string | undefined, content = ''): void {
  if (sql === undefined) {
    writeFileSync(join(directory.path, name), content)
    return
  }
  mkdirSync(join(directory.path, name), { recursive: true })
  writeFileSync(join(directory.path, name, 'migration.sql'), sql)
}

async function withEngine<Result>(
  url: string,
  work: (engine: Awaited<ReturnType<typeof openSchemaEngine>>) => Promise<Result>,
  schema?: string,
): Promise<Result> {
  const engine = await openSchemaEngine(url, schema)
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}
