import { TestingError } from './errors.ts'
import type { StartPostgresOptions } from './start-postgres.ts'

/** How the files of a run of tests get their databases. */
export interface TestDatabaseOptions {
  /**
   * The folder with the migrations, relative to the working directory; `false` where `seed` makes the
   * tables as well.
   *
   * @default 'prisma/migrations'
   */
  readonly migrations?: string | false
  /**
   * Writes the rows that every test shall find, once in a run. Meanwhile the variables have the
   * connection string, so that it may use the application's own client.
   */
  readonly seed?: (url: string) => unknown
  /**
   * `database`: every file has a database of its own, and its tests share it. `transaction`: what a
   * test writes through a shared client is rolled back when the test ends, on a database that files
   * use one after the other.
   *
   * @default 'database'
   */
  readonly isolation?: 'database' | 'transaction'
  /**
   * The environment variables that get the connection string of a file's database.
   *
   * @default ['DATABASE_URL']
   */
  readonly variables?: readonly string[]
  /**
   * How many databases of files with a failed test are kept for a look.
   *
   * @default 3
   */
  readonly keepFailed?: number
  /**
   * With `transaction`: how long a query waits for a transaction of the same test, in milliseconds.
   *
   * @default 4_000, less than Prisma lets an interactive transaction last
   */
  readonly transactionWaitMs?: number
  /** Options of the embedded server, which is used where `DATABASE_URL` is not set. */
  readonly postgres?: StartPostgresOptions
}

/** The options, with what was not given. */
export type RunSettings = Required<Omit<TestDatabaseOptions, 'seed'>> &
  Pick<TestDatabaseOptions, 'seed'>

// Prisma lets an interactive transaction last 5 seconds.
export const DEFAULT_TRANSACTION_WAIT_MS = 4_000
const ISOLATIONS = ['database', 'transaction']

/** @throws TestingError `INVALID_OPTION` */
export function settingsOf(options: TestDatabaseOptions): RunSettings {
  const settings: RunSettings = {
    migrations: 'prisma/migrations',
    isolation: 'database',
    variables: ['DATABASE_URL'],
    keepFailed: 3,
    transactionWaitMs: DEFAULT_TRANSACTION_WAIT_MS,
    postgres: {},
    ...options,
  }
  const { isolation, keepFailed, transactionWaitMs, variables } = settings
  if (!ISOLATIONS.includes(isolation)) refuse('isolation', "'database' or 'transaction'", isolation)
  if (!Number.isInteger(keepFailed) || keepFailed < 0) {
    refuse('keepFailed', 'a whole number from 0 and up', keepFailed)
  }
  if (!(transactionWaitMs > 0)) refuse('transactionWaitMs', 'a number above 0', transactionWaitMs)
  if (variables.length === 0) refuse('variables', 'at least one name', variables)
  return settings
}

function refuse(name: string, expected: string, value: unknown): never {
  throw new TestingError(
    'INVALID_OPTION',
    `Expected \`${name}\` to be ${expected}, got ${JSON.stringify(value)}.`,
  )
}
