import { CLOSE_REASON, type MarkedConnection } from './close-reason.ts'
import { isPgPool, type DriverPool, type PgPool } from './driver-pool.ts'

// The digit is the version of what the pool carries: another copy of this package may read it.
const COUNTER: unique symbol = Symbol.for('@oneprisma/client/guard/1')

/** Counts the connections that a guard has closed. */
export interface DiscardCounter {
  discarded: number
}

interface GuardedPool extends PgPool {
  [COUNTER]?: DiscardCounter
}

// What is used of the clients of pg and neon. `readyForQuery`, `_queryable` and, before pg 8.21,
// `connection` are not documented: the tests run on the oldest and the newest pg that is supported.
interface Client extends MarkedConnection {
  readonly connection?: {
    prependListener(event: 'readyForQuery', listener: (message: Ready) => void): unknown
  }
  readonly readyForQuery?: boolean
  readonly _queryable?: boolean
  /** From pg 8.21 on. It is `null` until a new connection has been handed out. */
  getTransactionStatus?: () => string | null
  end(): Promise<void>
}

interface Ready {
  readonly status: string
}

/**
 * Closes every connection that comes back to a pool of pg or neon inside an open transaction, or
 * with a query running: whoever got it next would write into a transaction that nobody commits.
 * The pool tells of a release before it decides whether to keep the connection, and it keeps none
 * that is ending.
 *
 * A pool gets one guard, however many adapters use it; the one that connected last counts.
 *
 * @internal
 */
export function guardReleases(pool: DriverPool, counter: DiscardCounter): void {
  if (!isPgPool(pool)) return
  const guarded: GuardedPool = pool
  const isGuarded = guarded[COUNTER]
  guarded[COUNTER] = counter
  if (isGuarded) return

  pool.on('acquire', tellStatus)
  pool.on('release', (error: unknown, client: Client) => {
    try {
      const status = client.getTransactionStatus?.()
      const isLeftOpen = status && (status !== 'I' || client.readyForQuery === false)
      // The pool itself drops a connection that is released with an error, or that broke.
      if (!isLeftOpen || error || client['_queryable'] === false) return
      client[CLOSE_REASON] = 'left_open'
      void client.end()
      ;(guarded[COUNTER] ?? counter).discarded++
    } catch {
      // Not pg's own client: an error thrown here would keep the connection from going back at all.
    }
  })
}

/** Gives a client of pg before 8.21 the method that later ones have. */
function tellStatus(client: Client): void {
  if (client.getTransactionStatus) return
  let status = 'I'
  client.getTransactionStatus = () => status
  // First in line, because pg may release a connection while it handles the same message.
  client.connection?.prependListener('readyForQuery', (message) => {
    status = message.status
  })
}
