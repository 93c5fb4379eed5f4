import type { ConnectionShares } from '../../../client/src/connection-budget.ts'
import type { ServerFacts } from './server-facts.ts'

/** What the live checks are given. */
export interface CheckServerOptions {
  /** The connection string of the application. It is never printed. */
  readonly url: string
  /** The connection string past the pooler, where there is one. It is never printed. */
  readonly directUrl?: string
  /** The `application_name`s by which the application's own connections are known. */
  readonly applicationNames?: readonly string[]
  /** How many pools there will be, where the user says so. */
  readonly plan?: ConnectionShares
  /** The connections of the largest pool that the code makes; undefined where the code does not say. */
  readonly poolMax?: number
  /** What the code says that the server has to fit. */
  readonly facts?: ServerFacts
  /** Whether the code gives its statements names, so that a pooler has to know them. */
  readonly namesStatements?: boolean
  /** Bounds of the server, by their names there, that every pool of the code sets for itself. */
  readonly boundsInCode?: readonly string[]
  /**
   * How long a connection may take to open, in milliseconds.
   *
   * @default 5_000
   */
  readonly connectTimeoutMs?: number
  /**
   * When a statement of the checks is cancelled, in milliseconds.
   *
   * @default 5_000
   */
  readonly statementTimeoutMs?: number
  /**
   * From when on a transaction counts as idle for too long, in milliseconds.
   *
   * @default 30_000
   */
  readonly idleTransactionMs?: number
  /**
   * From when on a statement counts as running for too long, in milliseconds.
   *
   * @default 60_000
   */
  readonly longStatementMs?: number
  /**
   * From when on a wait for a lock is told, in milliseconds.
   *
   * @default 5_000
   */
  readonly lockWaitMs?: number
  /**
   * The time of this machine, in milliseconds since 1970.
   *
   * @default Date.now
   */
  readonly now?: () => number
}
