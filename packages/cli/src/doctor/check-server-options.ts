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
}
