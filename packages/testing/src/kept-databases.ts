import pg from 'pg'
import { keptPrefixOf, runOf, urlOf } from './run-names.ts'
import type { RunPlan } from './test-run.ts'

// The second key of a lock that one process at a time holds while it counts. No file's has it.
const COUNTING = 0

/**
 * Keeps the database of a failed file, unless enough are kept already. Returns the line that says how
 * to open it.
 */
export async function keepDatabase(
  admin: pg.Client,
  name: string,
  { plan, path }: { plan: RunPlan; path: string },
): Promise<string | undefined> {
  const run = runOf(plan.runId)
  const prefix = keptPrefixOf(run)
  await admin.query('SELECT pg_advisory_lock($1, $2)', [run.id, COUNTING])
  try {
    const { rows } = await admin.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM pg_database WHERE starts_with(datname, $1)',
      [prefix],
    )
    const count = rows[0]?.count ?? 0
    if (count >= plan.keepFailed) return undefined
    const kept = `${prefix}${count + 1}`
    // Connections that a test has opened itself would keep the database from being renamed.
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      name,
    ])
    await admin.query(
      `ALTER DATABASE ${pg.escapeIdentifier(name)} RENAME TO ${pg.escapeIdentifier(kept)}`,
    )
    return lineOf(plan, kept, path)
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1, $2)', [run.id, COUNTING])
  }
}

function lineOf({ serverUrl, isEmbedded }: RunPlan, kept: string, path: string): string {
  // The password of an embedded server is of no use to anybody once the run has ended.
  return isEmbedded
    ? `The database of ${path} is kept until the run ends: psql '${urlOf(serverUrl, kept)}'`
    : `The database of ${path} is kept until the next run: ${kept}, on the server of DATABASE_URL`
}
