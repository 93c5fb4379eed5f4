import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { TestingError } from './errors.ts'

/** Options of `deployMigrations`. */
export interface DeployOptions {
  /** The connection string; its parameter `schema` names the schema, `public` by default. */
  readonly url: string
  /** The folder with the migrations, usually `prisma/migrations`. */
  readonly directory: string
}

/** What `deployMigrations` did. */
export interface DeployedMigrations {
  /** The names of the migrations that were applied now, in their order. */
  readonly applied: readonly string[]
}

interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

interface Row {
  readonly migration_name: string
  readonly checksum: string
  readonly finished_at: Date | null
  readonly rolled_back_at: Date | null
}

// The lock that Prisma's own engine takes, so that the two never run at once.
const ADVISORY_LOCK = 72_707_369
const LOCK_TIMEOUT_MS = 10_000

/**
 * Applies the migrations of a folder as `prisma migrate deploy` does, with the same rows in
 * `_prisma_migrations`, but without Prisma's engine, which is a download.
 *
 * @throws TestingError `MIGRATIONS_MISSING`, `MIGRATION_FAILED`, `MIGRATION_FAILED_BEFORE`,
 * `MIGRATION_MODIFIED`
 */
export async function deployMigrations(options: DeployOptions): Promise<DeployedMigrations> {
  const migrations = readMigrations(options.directory)
  const { connectionString, schema } = splitSchema(options.url)
  const client = new pg.Client({ connectionString, application_name: 'oneprisma migrate' })
  await client.connect()
  try {
    await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`)
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK])
    await client.query('RESET lock_timeout')
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`)
    await client.query(`SET search_path = ${pg.escapeIdentifier(schema)}`)
    return { applied: await applyAll(client, migrations) }
  } finally {
    await client.end()
  }
}

function readMigrations(directory: string): Migration[] {
  const names = existsSync(directory) ? readdirSync(directory).toSorted() : []
  const migrations = names
    .map((name) => ({ name, file: join(directory, name, 'migration.sql') }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, file }) => {
      const content = readFileSync(file)
      const checksum = createHash('sha256').update(content).digest('hex')
      return { name, sql: content.toString('utf8'), checksum }
    })
  if (migrations.length > 0) return migrations

  throw new TestingError(
    'MIGRATIONS_MISSING',
    `There is no migration in ${directory}. Expected folders with a migration.sql, as \`prisma migrate dev\` makes them.`,
  )
}

function splitSchema(url: string): { connectionString: string; schema: string } {
  const parsed = new URL(url)
  const schema = parsed.searchParams.get('schema') ?? 'public'
  parsed.searchParams.delete('schema')
  return { connectionString: parsed.toString(), schema }
}

async function applyAll(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  await client.query(`CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"              VARCHAR(64) NOT NULL,
    "finished_at"           TIMESTAMPTZ,
    "migration_name"        VARCHAR(255) NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        TIMESTAMPTZ,
    "started_at"            TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count"   INTEGER NOT NULL DEFAULT 0
  )`)
  const { rows } = await client.query<Row>('SELECT * FROM "_prisma_migrations"')
  const known = new Map(
    rows.filter((row) => row.rolled_back_at === null).map((row) => [row.migration_name, row]),
  )
  refuseUnfinished([...known.values()])

  const applied: string[] = []
  for (const migration of migrations) {
    const row = known.get(migration.name)
    if (row === undefined) {
      await apply(client, migration)
      applied.push(migration.name)
    } else if (row.checksum !== migration.checksum) {
      throw new TestingError(
        'MIGRATION_MODIFIED',
        `Migration ${migration.name} was changed after it had been applied. Restore its file and put the change into a migration of its own.`,
      )
    }
  }
  return applied
}

function refuseUnfinished(rows: readonly Row[]): void {
  const failed = rows.find((row) => row.finished_at === null)
  if (failed === undefined) return

  throw new TestingError(
    'MIGRATION_FAILED_BEFORE',
    `Migration ${failed.migration_name} failed before (P3009). Mend the database, then tell Prisma: \`prisma migrate resolve --applied\` or \`--rolled-back ${failed.migration_name}\`.`,
  )
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const id = randomUUID()
  await client.query(
    'INSERT INTO "_prisma_migrations" (id, checksum, migration_name) VALUES ($1, $2, $3)',
    [id, migration.checksum, migration.name],
  )
  try {
    await client.query(migration.sql)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    await client.query('UPDATE "_prisma_migrations" SET logs = $2 WHERE id = $1', [id, reason])
    throw new TestingError(
      'MIGRATION_FAILED',
      `Migration ${migration.name} failed: ${reason}. The database keeps what it had done until then (P3018).`,
      { cause },
    )
  }
  await client.query(
    'UPDATE "_prisma_migrations" SET finished_at = now(), applied_steps_count = 1 WHERE id = $1',
    [id],
  )
}
