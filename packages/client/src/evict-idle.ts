import { CLOSE_REASON, type MarkedConnection } from './close-reason.ts'
import { isPgPool, type DriverPool, type PgPool } from './driver-pool.ts'
import { settlesWithin } from './timeout.ts'

const TIMEOUT_MS = 1_000

/** What a pool of pg hands out. */
interface PooledClient extends MarkedConnection {
  /** With `true`, the connection is closed, and not kept. */
  release(isBroken: boolean): void
}

interface ConnectingPool extends PgPool {
  connect(): Promise<PooledClient>
}

/**
 * Closes the connections of a pool of pg that nobody uses, because their server no longer writes, by
 * the pool's documented `connect` and `release(true)`. The pool hands out idle connections before it
 * opens one, in the order of the callers, so that asking once for each of them opens none. Does
 * nothing for other pools.
 *
 * @internal
 */
export async function evictIdle(pool: DriverPool | undefined): Promise<void> {
  if (pool === undefined || !isConnecting(pool)) return

  const evicted = Array.from({ length: pool.idleCount }, async () => {
    const client = await pool.connect()
    client[CLOSE_REASON] = 'read_only'
    client.release(true)
  })
  await settlesWithin(Promise.allSettled(evicted), TIMEOUT_MS)
}

function isConnecting(pool: DriverPool): pool is ConnectingPool {
  return isPgPool(pool) && 'connect' in pool && typeof pool.connect === 'function'
}
