import pg from 'pg'
import { applyMigration } from './apply-migration.ts'
import { TestingError } from './errors.ts'
import { hasChecksum, readMigrations, type Migration } from './migration-files.ts'
import { ensureHistory, readHistory, type RecordedMigration } from './migration-history.ts'

/** Options of `deployMigrations`. */
export interface DeployOptions {
  /** The connection string; its parameter `schema` names the schema, `public` by default. */
  readonly url: string
  /** The folder with the migrations, usually `prisma/migrations`. */
  readonly directory: string
  /**
   * How long to wait for another process that migrates the same database, in milliseconds.
   *
   * @default 10_000, as Prisma's engine
   */
  readonly lockTimeoutMs?: number
}

/** What `deployMigrations` did. */
export interface DeployedMigrations {
  /** The names of the migrations that were applied now, in their order. */
  readonly applied: string[]
  /**
   * The names of migrations that the database has and the folder has not, as when another release
   * has migrated it. They are left alone, as `prisma migrate deploy` leaves them.
   */
  readonly notInDirectory: string[]
}

// The lock that Prisma's own engine takes, so that the two never run at once.
const ADVISORY_LOCK = 72_707_369
const DEFAULT_LOCK_TIMEOUT_MS = 10_000
const LOCK_NOT_AVAILABLE = '55P03'
const CONNECT_TIMEOUT_MS = 10_000

/**
 * Applies the migrations of a folder as `prisma migrate deploy` does, with the same rows in
 * `_prisma_migrations`, but without Prisma's engine, which is a download. It is stricter in one
 * thing: a migration whose file was changed after it had been applied is refused.
 *
 * @throws TestingError `INVALID_OPTION`, `CONNECTION_STRING_INVALID`, `DATABASE_NOT_EMPTY` and the codes that begin
 * with `MIGRATION`
 */
export async function deployMigrations(options: DeployOptions): Promise<DeployedMigrations> {
  const { lockTimeoutMs = DEFAULT_LOCK_TIMEOUT_MS } = options
  if (!Number.isInteger(lockTimeoutMs) || lockTimeoutMs < 1) {
    throw new TestingError(
      'INVALID_OPTION',
      `Expected \`lockTimeoutMs\` to be a whole number from 1 and up, got ${String(lockTimeoutMs)}.`,
    )
  }
  const migrations = readMigrations(options.directory)
  const { connectionString, schema } = splitSchema(options.url)
  const client = new pg.Client({
    connectionString,
    application_name: 'oneprisma migrate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  })
  // A connection that breaks also fails the query that is running.
  client.on('error', () => {})
  try {
    await client.connect()
    await lock(client, lockTimeoutMs)
    await enterSchema(client, schema)
    await ensureHistory(client, schema)
    return await applyMissing(client, migrations, await readHistory(client))
  } finally {
    await client.end()
  }
}

function splitSchema(url: string): { connectionString: string; schema: string } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !['postgres:', 'postgresql:'].includes(parsed.protocol)) {
    throw new TestingError(
      'CONNECTION_STRING_INVALID',
      'The connection string cannot be read. Expected postgresql://user:password@host:port/database, with special characters of the password percent-encoded.',
    )
  }
  const schema = parsed.searchParams.get('schema') || 'public'
  parsed.searchParams.delete('schema')
  return { connectionString: parsed.href, schema }
}

async function lock(client: pg.Client, timeoutMs: number): Promise<void> {
  await client.query(`SET lock_timeout = ${timeoutMs}`)
  try {
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK])
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError && cause.code === LOCK_NOT_AVAILABLE)) throw cause
    throw new TestingError(
      'MIGRATION_LOCKED',
      `Another process has been migrating this database for ${timeoutMs} ms. Wait until it has ended and try again.`,
      { cause },
    )
  }
  await client.query('RESET lock_timeout')
}

async function enterSchema(client: pg.Client, schema: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema])
  // `IF NOT EXISTS` would ask for the right to create even where nothing has to be created.
  if (!rowCount) await client.query(`CREATE SCHEMA ${pg.escapeIdentifier(schema)}`)
  await client.query(`SET search_path = ${pg.escapeIdentifier(schema)}`)
}

async function applyMissing(
  client: pg.Client,
  migrations: readonly Migration[],
  history: readonly RecordedMigration[],
): Promise<DeployedMigrations> {
  const recorded = new Map(history.map((row) => [row.name, row]))
  for (const row of history) if (!row.isFinished) refuseFailed(row.name)
  for (const { name, sql } of migrations) {
    const row = recorded.get(name)
    if (row !== undefined && !hasChecksum(sql, row.checksum)) refuseModified(name)
  }

  const missing = migrations.filter(({ name }) => !recorded.has(name))
  for (const migration of missing) await applyMigration(client, migration)

  const onDisk = new Set(migrations.map(({ name }) => name))
  return {
    applied: missing.map(({ name }) => name),
    notInDirectory: [...recorded.keys()].filter((name) => !onDisk.has(name)),
  }
}

function refuseFailed(name: string): never {
  throw new TestingError(
    'MIGRATION_FAILED_BEFORE',
    `Migration ${name} failed before, or is still running elsewhere (P3009), so nothing is applied. Start from an empty database, or mend this one and tell the history: \`prisma migrate resolve --rolled-back ${name}\` or \`--applied ${name}\`.`,
  )
}

function refuseModified(name: string): never {
  throw new TestingError(
    'MIGRATION_MODIFIED',
    `Migration ${name} was changed after it had been applied, so nothing is applied. Restore its file and put the change into a migration of its own, or start from an empty database.`,
  )
}
