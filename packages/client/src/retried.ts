import type { RetryEvent } from './statement-retry.ts'

/**
 * Under this, an adapter factory that retries takes somebody to tell of it. The digit is the version
 * of its shape: the one who listens may be of another copy of this package.
 *
 * @internal
 */
export const RETRIES: unique symbol = Symbol.for('@oneprisma/client/retries/1')

/** An adapter factory that retries. */
export interface Retried {
  readonly [RETRIES]?: { listener?: (event: RetryEvent) => void }
}
