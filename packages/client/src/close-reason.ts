import type { ConnectionCloseReason } from './telemetry-records.ts'

/**
 * Where a connection carries why this package closed it, for whoever watches its pool. The digit is
 * the version of what it carries: another copy of this package may read it.
 *
 * @internal
 */
export const CLOSE_REASON: unique symbol = Symbol.for('@oneprisma/client/close-reason/1')

/**
 * A connection that may have been closed by this package.
 *
 * @internal
 */
export interface MarkedConnection {
  [CLOSE_REASON]?: ConnectionCloseReason
}
