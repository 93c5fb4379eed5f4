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

/**
 * The member of an adapter factory that retries, for one that wraps it.
 *
 * @internal
 */
export function retriesOf(factory: object): Retried {
  // A factory that retries has this member; others do not.
  const { [RETRIES]: retries } = factory as Retried
  return retries === undefined ? {} : { [RETRIES]: retries }
}
