import type { TestProject } from 'vitest/node'
import type { TestDatabaseOptions } from '../test-options.ts'
import { startTestRun, type RunPlan } from '../test-run.ts'

export type { StartPostgresOptions } from '../start-postgres.ts'
export type { TestDatabaseOptions } from '../test-options.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** What `@oneprisma/testing/vitest/setup` has to know. */
    oneprismaTestRun: RunPlan
  }
}

/**
 * Makes a global set-up for Vitest: it starts a Postgres, or uses that of `DATABASE_URL`, and prepares
 * the database that each file gets a copy of from `@oneprisma/testing/vitest/setup`.
 *
 * @example
 * export default testDatabase({ seed: (url) => seedCountries(url) })
 *
 * @throws TestingError when Vitest starts: `INVALID_OPTION` and the codes of `startPostgres` and
 * `deployMigrations`
 */
export function testDatabase(
  options: TestDatabaseOptions = {},
): (project: TestProject) => Promise<() => Promise<void>> {
  return async (project) => {
    const run = await startTestRun(options, { workers: project.config.maxWorkers })
    project.provide('oneprismaTestRun', run.plan)
    return run.close
  }
}
