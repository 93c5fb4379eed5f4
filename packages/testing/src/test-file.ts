import { ClientRegistryOf } from './client-registry.ts'
import { RollbackTests } from './rollback-tests.ts'
import { sharedDatabaseOf, urlOf } from './run-names.ts'
import type { RunPlan } from './test-run.ts'

/** Where a test file runs. */
export interface TestFileHost {
  /** Its global object, which has the shared clients. */
  readonly global: object
  readonly env: NodeJS.ProcessEnv
  /** Its path, for the line about a database that is kept. */
  readonly path: string
  /** The number of the worker that runs it, from 1 up; none has it at the same time. */
  readonly worker?: number | undefined
}

/** A test file with its database. */
export interface TestFile {
  readonly url: string
  readonly beginTest: () => Promise<void>
  readonly endTest: () => Promise<void>
  /**
   * Closes the shared clients and gives the database up. Where a test has failed, it may be kept;
   * returns the line that says so.
   */
  readonly close: (outcome: { readonly hasFailed: boolean }) => Promise<string | undefined>
}

/** The database of a file, until it is given up. */
export interface FileDatabase {
  readonly url: string
  readonly giveUp: (keptFor: string | undefined) => Promise<string | undefined>
}

const CLOSE_TIMEOUT_MS = 5_000

/** Gives a test file its database, and the environment its connection string. */
export async function openTestFile(plan: RunPlan, host: TestFileHost): Promise<TestFile> {
  const clients = new ClientRegistryOf(host.global)
  const { url, giveUp } = databaseOfWorker(plan, host) ?? (await openedDatabase(plan))
  for (const variable of plan.variables) host.env[variable] = url
  const tests =
    plan.isolation === 'transaction'
      ? new RollbackTests(clients, plan.transactionWaitMs)
      : undefined
  return {
    url,
    beginTest: async () => tests?.beginTest(),
    endTest: async () => tests?.endTest(),
    close: async ({ hasFailed }) => {
      try {
        await clients.closeAll(CLOSE_TIMEOUT_MS)
      } finally {
        await tests?.close()
      }
      return giveUp(hasFailed ? host.path : undefined)
    },
  }
}

/** The database that belongs to a worker, where the run has made one. It costs no connection. */
function databaseOfWorker(
  { isolation, workers, runId, serverUrl }: RunPlan,
  { worker }: TestFileHost,
): FileDatabase | undefined {
  if (isolation === 'database' || worker === undefined || !(worker <= workers)) return undefined
  return {
    url: urlOf(serverUrl, sharedDatabaseOf(runId, `worker_${worker}`)),
    giveUp: async () => undefined,
  }
}

async function openedDatabase(plan: RunPlan): Promise<FileDatabase> {
  // The driver is loaded where a connection is needed.
  const { openFileDatabase } = await import('./file-database.ts')
  return openFileDatabase(plan)
}
