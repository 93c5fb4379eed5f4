import { ClientRegistryOf } from './client-registry.ts'
import type { FileDatabase } from './file-database.ts'
import { RollbackTests } from './rollback-tests.ts'
import { urlOf } from './run-names.ts'
import type { RunPlan } from './test-run.ts'

/** Where a test file runs. */
export interface TestFileHost {
  /** Its global object, which has the shared clients. */
  readonly global: object
  readonly env: NodeJS.ProcessEnv
  /** Its path, for the line about a database that is kept. */
  readonly path: string
  /** The number of the worker that runs it, from 1 up; none has it at the same time. */
  readonly worker?: number
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

const CLOSE_TIMEOUT_MS = 5_000

/**
 * Gives a test file its database, and the environment its connection string.
 *
 * @throws TestingError `RUN_ENDED`, `DATABASE_UNAVAILABLE`
 */
export async function openTestFile(plan: RunPlan, host: TestFileHost): Promise<TestFile> {
  const clients = new ClientRegistryOf(host.global)
  const database = databaseOfWorker(plan, host) ?? (await takeDatabase(plan))
  const url = urlOf(plan.serverUrl, database.name)
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
        try {
          await clients.closeAll(CLOSE_TIMEOUT_MS)
        } finally {
          await tests?.close()
        }
        const kept = hasFailed ? await database.keep() : undefined
        return kept === undefined ? undefined : keptLine(plan, kept, host.path)
      } finally {
        database.giveBack()
      }
    },
  }
}

/** The database that belongs to a worker, where there is one. It costs no question. */
function databaseOfWorker(
  { workerDatabases }: RunPlan,
  { worker = 0 }: TestFileHost,
): Pick<FileDatabase, 'name' | 'keep' | 'giveBack'> | undefined {
  const name = workerDatabases[worker - 1]
  return name === undefined ? undefined : { name, keep: async () => undefined, giveBack: () => {} }
}

async function takeDatabase({ desk }: RunPlan): Promise<FileDatabase> {
  // What it is made of is loaded where a question is asked.
  const { FileDatabase } = await import('./file-database.ts')
  return FileDatabase.take(desk)
}

function keptLine(
  { serverUrl, isEmbedded, lingerMs }: RunPlan,
  kept: string,
  path: string,
): string {
  if (!isEmbedded) {
    return `The database of ${path} is kept until the next run: ${kept}, on the server of DATABASE_URL`
  }
  const minutes = lingerMs / 60_000
  const until = minutes > 0 ? `for ${minutes} minutes, or until the next run` : 'until the run ends'
  // The password of an embedded server is of no use to anybody once that has ended.
  return `The database of ${path} is kept ${until}: psql '${urlOf(serverUrl, kept)}'`
}
