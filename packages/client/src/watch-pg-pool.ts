import { CLOSE_REASON, type MarkedConnection } from './close-reason.ts'
import { isPgPool, type DriverPool, type PgPool } from './driver-pool.ts'
import {
  answer,
  askersOf,
  tell,
  tellReleased,
  type Asker,
  type PoolListeners,
} from './pool-listener.ts'
import type { ConnectionCloseReason } from './telemetry-records.ts'
import { watchAsking, type Asking } from './watch-asking.ts'

// A timer of Node.js may fire before its time, by as much as the event loop was held up when it was
// set. Whoever was closed this close to the end of its lifetime was closed by it.
const TIMER_SLACK_MS = 1_000

// Waiting for a connection of the pool, and for a new one that the server did not open in time. The
// pool gives no code.
const TIMEOUTS =
  /^(?:timeout exceeded when trying to connect|Connection terminated due to connection timeout)$/

/**
 * What is used of a pool of pg or neon to watch it.
 *
 * @internal
 */
export interface WatchablePgPool extends PgPool {
  readonly ending: boolean
  readonly connect: unknown
}

/** A connection of the pool. `_queryable` is not documented; the pool itself reads it. */
interface Connection extends MarkedConnection {
  readonly _queryable?: boolean
}

/** What is known of a connection. */
interface Life {
  readonly openedAt: number
  isToldOf: boolean
  /** Since when somebody has it. */
  usedSince: number | undefined
  uses: number
  hasFailed: boolean
}

/** @internal */
export function isWatchablePgPool(pool: DriverPool): pool is WatchablePgPool {
  return isPgPool(pool) && 'connect' in pool && typeof pool.connect === 'function'
}

/**
 * Tells of the connections of a pool of pg or neon.
 *
 * The pool takes and gives back connections for its own ends too, which nobody asked for: these are
 * not told of. Of a new connection, it does not say who it is opened for: it is told of when whoever
 * asked gets it, who knows since when.
 *
 * @internal
 */
export function watchPgPool(pool: WatchablePgPool, listeners: PoolListeners): void {
  const watchedSince = performance.now()
  const lives = new WeakMap<object, Life>()

  function lifeOf(connection: Connection): Life {
    const known = lives.get(connection)
    if (known !== undefined) return known
    // It was open before.
    return begin(connection, watchedSince, true)
  }

  function begin(connection: Connection, openedAt: number, isToldOf: boolean): Life {
    const life = { openedAt, isToldOf, usedSince: undefined, uses: 0, hasFailed: false }
    lives.set(connection, life)
    return life
  }

  function tellOpened(life: Life, since?: number): void {
    if (life.isToldOf) return
    life.isToldOf = true
    const createMs = since === undefined ? undefined : life.openedAt - since
    tell(listeners, 'opened', (listener) => listener.opened(createMs))
  }

  // One for all who ask: it is on the path of every query.
  function got(asking: PgAsking, connection: Connection): void {
    const life = lifeOf(connection)
    const now = performance.now()
    life.usedSince = now
    tellOpened(life, asking.hasMadeOne ? asking.askedAt : undefined)
    answer(asking.askers, 'acquired', now - asking.askedAt)
  }

  watchAsking(pool, 'connect', () =>
    listeners.size === 0 ? undefined : new PgAsking(pool, askersOf(listeners), got),
  )
  pool.on('connect', (connection: Connection) => {
    begin(connection, performance.now(), false)
  })
  // The pool tells of it before it decides whether to keep the connection.
  pool.on('release', (error: unknown, connection: Connection) => {
    const life = lifeOf(connection)
    tellOpened(life)
    life.uses++
    if (error) life.hasFailed = true
    if (life.usedSince === undefined) return
    const useMs = performance.now() - life.usedSince
    life.usedSince = undefined
    tellReleased(listeners, useMs)
  })
  pool.on('remove', (connection: Connection) => {
    const life = lifeOf(connection)
    const ageMs = performance.now() - life.openedAt
    const reason = closeReason(pool, connection, life, ageMs)
    tell(listeners, 'closed', (listener) => listener.closed(reason, ageMs))
  })
}

/** Somebody asks the pool for a connection. */
class PgAsking implements Asking {
  readonly askers: readonly Asker[]
  readonly askedAt: number = performance.now()
  /** Whether the pool has begun to open a connection for it. */
  hasMadeOne: boolean = false
  readonly #pool: WatchablePgPool
  readonly #total: number
  readonly #onGot: (asking: PgAsking, connection: object) => void

  constructor(
    pool: WatchablePgPool,
    askers: readonly Asker[],
    onGot: (asking: PgAsking, connection: object) => void,
  ) {
    this.#pool = pool
    this.#total = pool.totalCount
    this.askers = askers
    this.#onGot = onGot
  }

  asked(): void {
    this.hasMadeOne = this.#pool.totalCount > this.#total
  }

  got(connection: object): void {
    this.#onGot(this, connection)
  }

  failed(error: unknown): void {
    if (!hasTimedOut(error)) return
    answer(this.askers, 'timedOut', performance.now() - this.askedAt)
  }
}

function hasTimedOut(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'message' in error &&
    TIMEOUTS.test(String(error.message))
  )
}

function closeReason(
  pool: WatchablePgPool,
  connection: Connection,
  life: Life,
  ageMs: number,
): ConnectionCloseReason {
  const { maxUses, maxLifetimeSeconds } = pool.options
  // What is known for certain comes first: a pool may begin to end while a connection still closes.
  const marked = connection[CLOSE_REASON]
  if (marked !== undefined) return marked
  if (connection['_queryable'] === false) return 'lost'
  // Of a statement outside of a transaction: pg-pool closes the connection of every one that fails.
  if (life.hasFailed) return 'failed'
  if (pool.ending) return 'drain'
  if (typeof maxUses === 'number' && life.uses >= maxUses) return 'uses'
  if (typeof maxLifetimeSeconds === 'number' && maxLifetimeSeconds > 0) {
    if (ageMs >= maxLifetimeSeconds * 1_000 - TIMER_SLACK_MS) return 'lifetime'
  }
  return 'idle'
}
