import { announceRun } from '../run-in-environment.ts'
import type { TestDatabaseOptions } from '../test-options.ts'
import { startTestRun } from '../test-run.ts'
import { rememberRun } from './remembered-run.ts'

export type { StartPostgresOptions } from '../start-postgres.ts'
export type { TestDatabaseOptions } from '../test-options.ts'

/**
 * Makes a global set-up for Jest: it starts a Postgres, or uses that of `DATABASE_URL`, and prepares
 * the database that each file gets a copy of from `@oneprisma/testing/jest/environment`.
 *
 * @example
 * module.exports = testDatabase({ seed: (url) => seedCountries(url) })
 *
 * @throws TestingError when Jest starts: `INVALID_OPTION` and the codes of `startPostgres` and
 * `deployMigrations`
 */
export function testDatabase(
  options: TestDatabaseOptions = {},
): (config: { readonly maxWorkers: number }) => Promise<void> {
  return async ({ maxWorkers }) => {
    const run = await startTestRun(options, { workers: maxWorkers })
    announceRun(run.plan)
    rememberRun(run)
  }
}
