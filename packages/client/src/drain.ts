import { DEFAULT_DRAIN_TIMEOUT_MS } from './definition.ts'
import { requireNumber } from './options.ts'
import { requireSlot } from './status.ts'

/** Options of `drain`. */
export interface DrainOptions {
  /**
   * How long to wait for the units in flight, in milliseconds; closing has 5 seconds more.
   *
   * @default 10_000
   */
  readonly timeoutMs?: number
}

/**
 * Refuses new units of work from now on, lets the open ones finish, and closes the client for good:
 * no later query connects again. What an open unit asks for belongs to it, so an interactive
 * transaction may go on, and query what it likes. Refused units reject with `DRAINED`.
 *
 * Calls at the same time share one drain, and a client that has drained stays so. After a failure,
 * a further call tries again. `await using prisma = sharePrisma(...)` drains at the end of its block.
 *
 * @throws OnePrismaError `NOT_A_SHARED_CLIENT`, `INVALID_OPTION`, `CLOSE_TIMEOUT`
 */
export async function drain(prisma: object, options: DrainOptions = {}): Promise<void> {
  const { timeoutMs = DEFAULT_DRAIN_TIMEOUT_MS } = options
  requireNumber('timeoutMs', timeoutMs, 0)

  await requireSlot(prisma).drain(timeoutMs)
}
