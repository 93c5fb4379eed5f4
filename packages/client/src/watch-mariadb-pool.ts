import { isMariaDbPool, type DriverPool, type MariaDbPool } from './driver-pool.ts'
import { answer, askersOf, tell, tellReleased, type PoolListeners } from './pool-listener.ts'
import { watchAsking, type Asking } from './watch-asking.ts'

// `ER_GET_CONNECTION_TIMEOUT` of the connector.
const TIMEOUT_ERRNO = 45_028

/**
 * What is used of a pool of mariadb to watch it.
 *
 * @internal
 */
export interface WatchableMariaDbPool extends MariaDbPool {
  readonly getConnection: unknown
  on(event: string, listener: (connection: MariaDbConnection) => void): unknown
}

/** What the events of the pool carry. */
interface MariaDbConnection {
  once(event: 'error', listener: () => void): unknown
}

/** @internal */
export function isWatchableMariaDbPool(pool: DriverPool): pool is WatchableMariaDbPool {
  return isMariaDbPool(pool) && 'getConnection' in pool && 'on' in pool
}

/**
 * Tells of the connections of a pool of mariadb as far as it can be seen from outside:
 *
 * - `acquired` and `timedOut` only of `getConnection`, which the adapter of Prisma calls for
 *   transactions: the pool's own `query` and `execute` wait where nobody can look;
 * - `released` of every use, unless the connection broke in it or the pool is closed;
 * - `opened` without its time, because the pool opens connections on its own;
 * - `closed` only of a connection that broke: of any other the pool does not tell.
 *
 * @internal
 */
export function watchMariaDbPool(pool: WatchableMariaDbPool, listeners: PoolListeners): void {
  const usedSince = new WeakMap<object, number>()

  function ask(): Asking | undefined {
    if (listeners.size === 0) return undefined
    const askers = askersOf(listeners)
    const askedAt = performance.now()
    return {
      asked: () => {},
      got: () => answer(askers, 'acquired', performance.now() - askedAt),
      failed: (error) => {
        if (hasTimedOut(error)) answer(askers, 'timedOut', performance.now() - askedAt)
      },
    }
  }

  watchAsking(pool, 'getConnection', ask)
  pool.on('connection', (connection) => {
    const openedAt = performance.now()
    // The pool listens for the first error too, so that this does not hide one.
    connection.once('error', () => {
      const ageMs = performance.now() - openedAt
      tell(listeners, 'closed', (listener) => listener.closed('lost', ageMs))
    })
    tell(listeners, 'opened', (listener) => listener.opened(undefined))
  })
  pool.on('acquire', (connection) => usedSince.set(connection, performance.now()))
  pool.on('release', (connection) => {
    const since = usedSince.get(connection)
    usedSince.delete(connection)
    if (since === undefined) return
    const useMs = performance.now() - since
    tellReleased(listeners, useMs)
  })
}

function hasTimedOut(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'errno' in error && error.errno === TIMEOUT_ERRNO
  )
}
