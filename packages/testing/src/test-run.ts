import pg from 'pg'
import { copyDatabase, dropDatabase, openAdmin, setReferenced } from './admin-connection.ts'
import { ClientRegistryOf } from './client-registry.ts'
import { holdAlive, removeDeadRuns } from './dead-runs.ts'
import { deployMigrations } from './deploy-migrations.ts'
import { keptPrefixOf, newRun, sharedDatabaseOf, urlOf, type RunName } from './run-names.ts'
import type { StartPostgresOptions } from './start-postgres.ts'
import { settingsOf, type RunSettings, type TestDatabaseOptions } from './test-options.ts'
import { usePostgres } from './use-postgres.ts'

/** What the processes of a run are told of it, as JSON. */
export interface RunPlan {
  readonly runId: number
  /** Where the databases are made. It holds a password. */
  readonly serverUrl: string
  /** Whether that server is the run's own, and ends with it. */
  readonly isEmbedded: boolean
  /** The database that the others are copied from. */
  readonly template: string
  readonly isolation: 'database' | 'transaction'
  /** The environment variables that get the connection string of a file. */
  readonly variables: readonly string[]
  readonly keepFailed: number
  readonly transactionWaitMs: number
  /** How many workers have a database, for files that are rolled back. */
  readonly workers: number
}

/** A run of tests: a server, and a database with the schema and the first rows. */
export interface TestRun {
  readonly plan: RunPlan
  /** Drops what the run has made but for databases that were kept, and stops an embedded server. */
  readonly close: () => Promise<void>
}

const CLOSE_TIMEOUT_MS = 5_000
// Two connections for each file that runs at once, and room for what the tests open themselves.
const POSTGRES: StartPostgresOptions = { maxConnections: 200 }

/**
 * Begins a run: uses the server of `DATABASE_URL`, or an embedded one, removes what dead runs have left
 * there, and makes the template. Where the workers have numbers, and files are rolled back, each
 * worker gets its database now.
 *
 * @throws TestingError `INVALID_OPTION` and the codes of `startPostgres` and `deployMigrations`
 */
export async function startTestRun(
  options: TestDatabaseOptions = {},
  maxWorkers = 0,
): Promise<TestRun> {
  const settings = settingsOf(options)
  const postgres = await usePostgres({ ...POSTGRES, ...settings.postgres })
  const serverUrl = postgres.url
  try {
    const admin = await openAdmin(serverUrl)
    try {
      const run = newRun()
      await holdAlive(admin, run)
      await removeDeadRuns(admin)
      const template = await makeTemplate(admin, run, { serverUrl, settings })
      const workers = settings.isolation === 'transaction' ? maxWorkers : 0
      for (let worker = 1; worker <= workers; worker++) {
        // oxlint-disable-next-line no-await-in-loop
        await copyDatabase(admin, template, sharedDatabaseOf(run.id, `worker_${worker}`))
      }
      setReferenced(admin, false)
      const { isolation, variables, keepFailed, transactionWaitMs } = settings
      const { isEmbedded } = postgres
      return {
        plan: {
          runId: run.id,
          serverUrl,
          isEmbedded,
          template,
          isolation,
          variables,
          keepFailed,
          transactionWaitMs,
          workers,
        },
        close: async () => {
          try {
            setReferenced(admin, true)
            if (!isEmbedded) await dropAll(admin, run)
          } finally {
            await admin.end()
            await postgres.stop()
          }
        },
      }
    } catch (error) {
      await admin.end()
      throw error
    }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

async function makeTemplate(
  admin: pg.Client,
  run: RunName,
  { serverUrl, settings }: { serverUrl: string; settings: RunSettings },
): Promise<string> {
  const name = `${run.prefix}template`
  const url = urlOf(serverUrl, name)
  try {
    await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`)
    if (settings.migrations !== false) {
      await deployMigrations({ url, directory: settings.migrations })
    }
    if (settings.seed !== undefined) await seed(settings.seed, url, settings.variables)
    // Nobody may be connected to a database that is copied.
    await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(name)} WITH ALLOW_CONNECTIONS false`)
    return name
  } catch (error) {
    await dropDatabase(admin, name)
    throw error
  }
}

/** Seeds through the application's own client, if the seed uses it. */
async function seed(
  run: (url: string) => unknown,
  url: string,
  variables: readonly string[],
): Promise<void> {
  const before = variables.map((variable) => [variable, process.env[variable]] as const)
  for (const variable of variables) process.env[variable] = url
  try {
    await run(url)
    await new ClientRegistryOf(globalThis).closeAll(CLOSE_TIMEOUT_MS)
  } finally {
    for (const [variable, value] of before) {
      if (value === undefined) delete process.env[variable]
      else process.env[variable] = value
    }
  }
}

async function dropAll(admin: pg.Client, run: RunName): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE starts_with(datname, $1) AND NOT starts_with(datname, $2)`,
    [run.prefix, keptPrefixOf(run)],
  )
  for (const { datname } of rows) {
    // oxlint-disable-next-line no-await-in-loop
    await dropDatabase(admin, datname)
  }
}
