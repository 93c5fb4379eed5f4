import pg from 'pg'
import { TestingError } from './errors.ts'
import type { Migration } from './migration-files.ts'
import { recordFailure, recordFinish, recordStart } from './migration-history.ts'

/**
 * Runs one migration and records it. Its statements are sent at once, as Prisma's engine sends them,
 * so that they are one transaction unless the script says otherwise.
 *
 * @internal
 */
export async function applyMigration(client: pg.Client, migration: Migration): Promise<void> {
  const id = await recordStart(client, migration)
  try {
    await client.query(migration.sql)
    if (client.getTransactionStatus() !== 'I') {
      throw new Error('it leaves a transaction open, without COMMIT or ROLLBACK')
    }
    await recordFinish(client, id)
  } catch (cause) {
    const reason = reasonOf(cause, migration.sql)
    throw new TestingError(
      'MIGRATION_FAILED',
      `Migration ${migration.name} failed (P3018): ${reason}. Correct it and start from an empty database, or tell the history: \`prisma migrate resolve --rolled-back ${migration.name}\`.${await remember(client, id, reason)}`,
      { cause },
    )
  }
}

/** Records a failure; returns what to add to its message where that is not possible either. */
async function remember(client: pg.Client, id: string, reason: string): Promise<string> {
  try {
    // Where the script has begun a transaction, the history could not be written in it.
    await client.query('ROLLBACK')
    await recordFailure(client, id, reason)
    return ''
  } catch (error) {
    return ` The failure could not be recorded: ${reasonOf(error, '')}.`
  }
}

function reasonOf(cause: unknown, sql: string): string {
  if (!(cause instanceof pg.DatabaseError)) {
    return cause instanceof Error ? cause.message : String(cause)
  }
  const line = cause.position && sql.slice(0, Number(cause.position)).split('\n').length
  return [cause.message, cause.detail, `SQLSTATE ${cause.code}`, line && `line ${line}`]
    .filter(Boolean)
    .join(', ')
}
