import { ClientRegistryOf } from './client-registry.ts'
import { TestingError } from './errors.ts'
import { RollbackTests } from './rollback-tests.ts'
import { DEFAULT_TRANSACTION_WAIT_MS } from './test-options.ts'

/** Options of `rollBackTests`. */
export interface RollBackOptions {
  /**
   * How long a query waits for a transaction of the same test, in milliseconds.
   *
   * @default 4_000, less than Prisma lets an interactive transaction last
   */
  readonly transactionWaitMs?: number
}

/** What is called around tests, so that each is rolled back. */
export interface RolledBackTests {
  /** Before each test. @throws TestingError `TESTS_OVERLAP` */
  readonly beginTest: () => Promise<void>
  /** After each test: undoes what it has written. */
  readonly endTest: () => Promise<void>
  /** After the last test: closes the shared clients and their connections. */
  readonly close: () => Promise<void>
}

const CLOSE_TIMEOUT_MS = 5_000

/**
 * Rolls back what tests write through shared clients, on whatever database their driver adapters lead
 * to: SQLite, PGlite, MariaDB. The clients must be made with `observe`, and must not have connected
 * yet. On Postgres, `isolation: 'transaction'` of `testDatabase` does this and more.
 *
 * @example
 * const tests = rollBackTests()
 * beforeEach(tests.beginTest)
 * afterEach(tests.endTest)
 * afterAll(tests.close)
 *
 * @throws TestingError `INVALID_OPTION`
 */
export function rollBackTests(options: RollBackOptions = {}): RolledBackTests {
  const { transactionWaitMs = DEFAULT_TRANSACTION_WAIT_MS } = options
  if (!(transactionWaitMs > 0)) {
    throw new TestingError(
      'INVALID_OPTION',
      `Expected \`transactionWaitMs\` to be a number above 0, got ${transactionWaitMs}.`,
    )
  }
  const clients = new ClientRegistryOf(globalThis)
  const tests = new RollbackTests(clients, transactionWaitMs)
  return {
    beginTest: () => tests.beginTest(),
    endTest: () => tests.endTest(),
    close: async () => {
      try {
        await clients.closeAll(CLOSE_TIMEOUT_MS)
      } finally {
        await tests.close()
      }
    },
  }
}
