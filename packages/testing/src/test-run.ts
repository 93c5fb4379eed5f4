import pg from 'pg'
import { dropDatabase, openAdmin, setReferenced } from './admin-connection.ts'
import { ClientRegistryOf } from './client-registry.ts'
import { DatabaseDesk, type DeskAddress } from './database-desk.ts'
import { DatabaseSupply } from './database-supply.ts'
import { holdAlive, removeDeadRuns } from './dead-runs.ts'
import { deployMigrations } from './deploy-migrations.ts'
import { keptPrefixOf, newRun, urlOf, type RunName } from './run-names.ts'
import type { StartPostgresOptions } from './start-postgres.ts'
import { settingsOf, type RunSettings, type TestDatabaseOptions } from './test-options.ts'
import { usePostgres } from './use-postgres.ts'

/** What the processes of a run are told of it, as JSON. */
export interface RunPlan {
  /** Where the databases are. It holds a password. */
  readonly serverUrl: string
  /** Whether that server is the run's own. */
  readonly isEmbedded: boolean
  /** How long an embedded server outlives a run that keeps databases, in milliseconds. */
  readonly lingerMs: number
  /** Where a file gets its database. */
  readonly desk: DeskAddress
  /** The databases that belong to workers 1, 2, ..., where their files are rolled back. */
  readonly workerDatabases: readonly string[]
  readonly isolation: 'database' | 'transaction'
  /** The environment variables that get the connection string of a file. */
  readonly variables: readonly string[]
  readonly transactionWaitMs: number
}

/** A run of tests: a server, and a database with the schema and the first rows. */
export interface TestRun {
  readonly plan: RunPlan
  /** Drops what the run has made but for databases that were kept, and stops an embedded server. */
  readonly close: () => Promise<void>
}

/** What is known of the test runner. */
export interface Runner {
  /** How many workers there are, each with a number from 1 up. */
  readonly workers?: number
  /** How many files may run at once. */
  readonly filesAtOnce?: number
  /** Whether somebody sits at a terminal, who may look at a database when the run is over. */
  readonly isWatched?: boolean
}

const CLOSE_TIMEOUT_MS = 5_000
// Room for what many files at once open.
const POSTGRES: StartPostgresOptions = { maxConnections: 200 }
// Nothing is to be left on a machine that nobody sits at.
const LINGER_MS = 600_000
// As many files as these may begin at once without waiting for a copy.
const MAX_SPARES = 4

/**
 * Begins a run: uses the server of `DATABASE_URL`, or an embedded one, removes what dead runs have left
 * there, makes the template, and hands out copies of it.
 *
 * @throws TestingError `INVALID_OPTION` and the codes of `startPostgres` and `deployMigrations`
 */
export async function startTestRun(
  options: TestDatabaseOptions = {},
  { workers = 0, filesAtOnce = workers, isWatched = process.stderr.isTTY }: Runner = {},
): Promise<TestRun> {
  const settings = settingsOf(options)
  const postgres = await usePostgres({ ...POSTGRES, ...settings.postgres })
  const { url: serverUrl, isEmbedded } = postgres
  const lingerMs = isWatched ? LINGER_MS : 0
  try {
    const admin = await openAdmin(serverUrl)
    try {
      const run = newRun()
      await holdAlive(admin, run)
      await removeDeadRuns(admin)
      const template = await makeTemplate(admin, run, { serverUrl, settings })
      setReferenced(admin, false)
      const { isolation, variables, keepFailed, transactionWaitMs } = settings
      const isRolledBack = isolation === 'transaction'
      const supply = new DatabaseSupply({
        serverUrl,
        isEmbedded,
        runId: run.id,
        template,
        isReused: isRolledBack,
        spares: isRolledBack ? 0 : Math.min(filesAtOnce, MAX_SPARES),
        keepFailed,
      })
      const desk = new DatabaseDesk(supply)
      try {
        await desk.open()
        const made = Array.from({ length: isRolledBack ? workers : 0 }, () => supply.take())
        return {
          plan: {
            serverUrl,
            isEmbedded,
            lingerMs,
            desk: desk.address,
            workerDatabases: await Promise.all(made),
            isolation,
            variables,
            transactionWaitMs,
          },
          close: async () => {
            try {
              await desk.close()
              await supply.close()
              setReferenced(admin, true)
              if (!isEmbedded) await dropAll(admin, run)
              if (supply.kept > 0 && lingerMs > 0) await postgres.linger(lingerMs)
            } finally {
              await admin.end()
              await postgres.stop()
            }
          },
        }
      } catch (error) {
        await desk.close()
        await supply.close()
        throw error
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
