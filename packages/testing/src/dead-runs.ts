import type pg from 'pg'
import { dropDatabase } from './admin-connection.ts'
import { aliveKeys, runOfDatabase, type RunName } from './run-names.ts'

/** Says that a run is alive, until the connection closes, however that happens. */
export async function holdAlive(admin: pg.Client, run: RunName): Promise<void> {
  await admin.query('SELECT pg_advisory_lock_shared($1, $2)', aliveKeys(run))
}

/**
 * Drops the databases of runs that are over: of killed ones, and those that were kept for a look at a
 * failed test. A run that is alive holds its lock before it makes its first database.
 */
export async function removeDeadRuns(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>('SELECT datname FROM pg_database')
  const candidates = rows.flatMap(({ datname }) => {
    const run = runOfDatabase(datname)
    return run === undefined ? [] : [{ datname, run }]
  })
  for (const { datname, run } of candidates) {
    // oxlint-disable-next-line no-await-in-loop
    if (await isAlive(admin, run)) continue
    try {
      // oxlint-disable-next-line no-await-in-loop
      await dropDatabase(admin, datname)
    } catch {
      // It belongs to another role, or another run has just dropped it: no reason to fail.
    }
  }
}

async function isAlive(admin: pg.Client, run: RunName): Promise<boolean> {
  const [classid, objid] = aliveKeys(run)
  const { rowCount } = await admin.query(
    `SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND objid = $2`,
    [classid, objid],
  )
  return rowCount !== 0
}
