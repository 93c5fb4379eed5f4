import { DEFAULT_DRAIN_TIMEOUT_MS } from './definition.ts'
import { requireNumber } from './options.ts'
import { requireSlot } from './status.ts'

/** Options of `disconnect`. */
export interface DisconnectOptions {
  /**
   * How long to wait for the units in flight, in milliseconds; closing has 5 seconds more.
   *
   * @default 10_000
   */
  readonly timeoutMs?: number
}

/**
 * Waits for the units of work in flight, then closes the client, the ones that it replaced included.
 * A later use creates a fresh client. Without a client it does nothing.
 *
 * @throws OnePrismaError `NOT_A_SHARED_CLIENT`, `INVALID_OPTION`, `CLOSE_TIMEOUT`
 */
export async function disconnect(prisma: object, options: DisconnectOptions = {}): Promise<void> {
  const { timeoutMs = DEFAULT_DRAIN_TIMEOUT_MS } = options
  requireNumber('timeoutMs', timeoutMs, 0)

  await requireSlot(prisma).close(timeoutMs)
}
