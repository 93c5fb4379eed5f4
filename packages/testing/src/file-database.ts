import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { copyDatabase, dropDatabase, openAdmin, setReferenced } from './admin-connection.ts'
import { holdAlive } from './dead-runs.ts'
import { keepDatabase } from './kept-databases.ts'
import { runOf, sharedDatabaseOf, urlOf } from './run-names.ts'
import type { FileDatabase } from './test-file.ts'
import type { RunPlan } from './test-run.ts'

/**
 * Makes the database of a file, or takes one that no other file uses now. A connection to the server
 * stays open meanwhile: it says that the run is alive, and which databases are in use.
 */
export async function openFileDatabase(plan: RunPlan): Promise<FileDatabase> {
  const admin = await openAdmin(plan.serverUrl)
  try {
    await holdAlive(admin, runOf(plan.runId))
    const isOwn = plan.isolation === 'database'
    const name = await (isOwn ? ownDatabase(admin, plan) : freeDatabase(admin, plan))
    setReferenced(admin, false)
    return {
      url: urlOf(plan.serverUrl, name),
      giveUp: async (keptFor) => {
        setReferenced(admin, true)
        try {
          if (!isOwn) return undefined
          const line = keptFor && (await keepDatabase(admin, name, { plan, path: keptFor }))
          if (line) return line
          await dropDatabase(admin, name)
          return undefined
        } finally {
          await admin.end()
        }
      },
    }
  } catch (error) {
    await admin.end()
    throw error
  }
}

async function ownDatabase(admin: pg.Client, { runId, template }: RunPlan): Promise<string> {
  const name = `${runOf(runId).prefix}${randomBytes(6).toString('hex')}`
  await copyDatabase(admin, template, name)
  return name
}

/** Finds a database that no other file uses. A lock that ends with the connection tells. */
async function freeDatabase(admin: pg.Client, { runId, template }: RunPlan): Promise<string> {
  for (let number = 1; ; number++) {
    const name = sharedDatabaseOf(runId, String(number))
    // oxlint-disable-next-line no-await-in-loop
    const { rows } = await admin.query<{ isFree: boolean; exists: boolean }>(
      `SELECT pg_try_advisory_lock($1, $2) AS "isFree",
        EXISTS (SELECT FROM pg_database WHERE datname = $3) AS exists`,
      [runId, number, name],
    )
    if (!rows[0]?.isFree) continue
    // oxlint-disable-next-line no-await-in-loop
    if (!rows[0].exists) await copyDatabase(admin, template, name)
    return name
  }
}
