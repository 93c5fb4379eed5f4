import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { TestingError } from './errors.ts'
import type { Migration } from './migration-files.ts'

/**
 * A migration as the database remembers it.
 *
 * @internal
 */
export interface RecordedMigration {
  readonly name: string
  readonly checksum: string
  readonly isFinished: boolean
}

// The name is not qualified by its schema, because Prisma's is not either: a migration that changes
// the search path has to fail here as it would in production.
const CREATE_TABLE = `CREATE TABLE "_prisma_migrations" (
    "id"                    VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"              VARCHAR(64) NOT NULL,
    "finished_at"           TIMESTAMPTZ,
    "migration_name"        VARCHAR(255) NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        TIMESTAMPTZ,
    "started_at"            TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count"   INTEGER NOT NULL DEFAULT 0
)`

// Tables that an extension brings, such as those of PostGIS, do not count.
const FIND_TABLE = `SELECT FROM pg_class
  WHERE relnamespace = to_regnamespace(quote_ident($1)) AND relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT FROM pg_depend
      WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
  LIMIT 1`

/**
 * Makes the table of the history where there is none yet, in a schema without tables only.
 *
 * @internal
 */
export async function ensureHistory(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>(
    `SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS found`,
  )
  if (rows[0]?.found) return

  const { rowCount } = await client.query(FIND_TABLE, [schema])
  if (rowCount) {
    throw new TestingError(
      'DATABASE_NOT_EMPTY',
      `The schema "${schema}" has tables but no history of migrations (P3005). Give an empty database, or baseline this one with \`prisma migrate resolve --applied\`.`,
    )
  }
  await client.query(CREATE_TABLE)
}

/**
 * Reads the migrations that count, which are those that have not been rolled back.
 *
 * @internal
 */
export async function readHistory(client: pg.Client): Promise<RecordedMigration[]> {
  const { rows } = await client.query<RecordedMigration>(
    `SELECT "migration_name" AS "name", "checksum", "finished_at" IS NOT NULL AS "isFinished"
     FROM "_prisma_migrations" WHERE "rolled_back_at" IS NULL ORDER BY "started_at"`,
  )
  return rows
}

/** @internal */
export async function recordStart(client: pg.Client, migration: Migration): Promise<string> {
  const id = randomUUID()
  await client.query(
    'INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name") VALUES ($1, $2, $3)',
    [id, migration.checksum, migration.name],
  )
  return id
}

/** @internal */
export async function recordFinish(client: pg.Client, id: string): Promise<void> {
  await client.query(
    'UPDATE "_prisma_migrations" SET "finished_at" = now(), "applied_steps_count" = 1 WHERE "id" = $1',
    [id],
  )
}

/** @internal */
export async function recordFailure(client: pg.Client, id: string, logs: string): Promise<void> {
  await client.query('UPDATE "_prisma_migrations" SET "logs" = $2 WHERE "id" = $1', [id, logs])
}
