import { startPostgres } from '@oneprisma/testing'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The connection string of a Postgres that the whole run shares. */
    databaseUrl: string
  }
}

/** Starts the Postgres of the test run, and ends it with the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres()
  project.provide('databaseUrl', postgres.url)
  return () => postgres.stop()
}
