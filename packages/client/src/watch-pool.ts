import type { DriverPool } from './driver-pool.ts'
import type { PoolListener, PoolListeners } from './pool-listener.ts'
import { isWatchableMariaDbPool, watchMariaDbPool } from './watch-mariadb-pool.ts'
import { isWatchablePgPool, watchPgPool } from './watch-pg-pool.ts'

// The digit is the version of what the pool carries: another copy of this package may add to it.
const LISTENERS: unique symbol = Symbol.for('@oneprisma/client/pool-listeners/1')

type WatchedPool = DriverPool & { [LISTENERS]?: PoolListeners }

/**
 * Tells a listener of everything that happens to the connections of a pool of pg or neon, and of what
 * can be seen of a pool of mariadb; of the pools of other drivers, nothing. Returns a function that
 * ends this.
 *
 * A pool is prepared for it once, however many listen, and stays so. A connection that somebody got
 * while nobody listened is not told of as released. What this package takes itself, to close
 * connections that are stale or read-only, is told of like anybody else's use.
 *
 * @internal
 */
export function watchPool(pool: DriverPool, listener: PoolListener): () => void {
  const listeners = listenersOf(pool)
  const entry = { listener }
  listeners?.add(entry)
  return () => void listeners?.delete(entry)
}

function listenersOf(pool: WatchedPool): PoolListeners | undefined {
  const known = pool[LISTENERS]
  if (known !== undefined) return known

  const listeners: PoolListeners = new Set()
  if (isWatchablePgPool(pool)) watchPgPool(pool, listeners)
  else if (isWatchableMariaDbPool(pool)) watchMariaDbPool(pool, listeners)
  else return undefined

  Object.defineProperty(pool, LISTENERS, { value: listeners })
  return listeners
}
