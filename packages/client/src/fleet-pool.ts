import { CLOSE_REASON, type MarkedConnection } from './close-reason.ts'
import { isPgPool, type DriverPool, type PgPool } from './driver-pool.ts'
import type { FleetConnection } from './fleet-locks.ts'
import type { ConnectionCloseReason } from './telemetry-records.ts'

/** A connection of the pool. */
export interface FleetClient extends FleetConnection, MarkedConnection {
  release(isBroken?: boolean): void
  end(): Promise<void>
  on(event: 'error', listener: () => void): unknown
  removeListener(event: 'error', listener: () => void): unknown
}

/**
 * What is used of a pool of pg or neon. `_isFull` and `_pendingQueue` are not documented: the tests
 * run on the oldest and the newest pg that is supported, and a pool without them is refused.
 */
export interface GatedPool extends PgPool {
  readonly options: Record<string, unknown>
  readonly ending: boolean
  readonly connect: Connect
  readonly _isFull: () => boolean
  readonly _pendingQueue: Array<{ readonly callback: (error: unknown) => void }>
}

type Connect = (...args: unknown[]) => unknown

// The acquire timeout of a pool that has none, as `pgPool()` sets it.
const DEFAULT_ACQUIRE_TIMEOUT_MS = 10_000

/** @internal */
export function isGatedPool(pool: DriverPool): pool is GatedPool {
  return (
    isPgPool(pool) &&
    'connect' in pool &&
    typeof pool.connect === 'function' &&
    '_isFull' in pool &&
    typeof pool['_isFull'] === 'function' &&
    '_pendingQueue' in pool &&
    Array.isArray(pool['_pendingQueue'])
  )
}

/**
 * A pool that opens no connection of itself. Whoever asks for one gets what is idle, or waits in its
 * queue; new connections are opened here, and go to the queue when they are released.
 *
 * @internal
 */
export class FleetPool {
  readonly #pool: GatedPool
  readonly #connect: Connect
  readonly #unbounded: Readonly<Record<string, unknown>>
  #isOpening = false
  #borrowing = 0

  /** `asked` is called after everybody who asked for a connection. */
  constructor(pool: GatedPool, idleTimeoutMs: number, asked: () => void) {
    this.#pool = pool
    // Of the class, past what telemetry has put in its place: what is asked for here is not counted.
    const type: unknown = Object.getPrototypeOf(pool)
    this.#connect =
      typeof type === 'object' && type !== null && 'connect' in type
        ? // The pool has this method, and its class gave it.
          (type.connect as Connect)
        : pool.connect
    const { options } = pool
    const { idleTimeoutMillis, connectionTimeoutMillis, min } = options
    this.#unbounded = { idleTimeoutMillis, connectionTimeoutMillis, min }
    options['idleTimeoutMillis'] = Math.min(Number(idleTimeoutMillis) || Infinity, idleTimeoutMs)
    options['connectionTimeoutMillis'] ||= DEFAULT_ACQUIRE_TIMEOUT_MS
    options['min'] = 0
    const { connect } = pool
    replace(pool, 'connect', function (this: unknown, ...args: unknown[]) {
      const result = connect.apply(this, args)
      asked()
      return result
    })
    replace(pool, '_isFull', () => !this.#isOpening)
  }

  /** The most connections that the pool may have by itself, whatever the fleet has. */
  get cap(): number {
    return Number(this.#pool.options['max'])
  }

  get total(): number {
    return this.#pool.totalCount
  }

  get idle(): number {
    return this.#pool.idleCount
  }

  /** Callers who wait. */
  get waiting(): number {
    return Math.max(0, this.#pool.waitingCount - this.#borrowing)
  }

  get isEnding(): boolean {
    return this.#pool.ending
  }

  get idleTimeoutMs(): number {
    return Number(this.#pool.options['idleTimeoutMillis'])
  }

  get acquireTimeoutMs(): number {
    return Number(this.#pool.options['connectionTimeoutMillis'])
  }

  /** Opens a connection; `undefined` where one is idle, which the next who waits will get. */
  open(): Promise<FleetClient> | undefined {
    if (this.idle > 0) return undefined
    this.#isOpening = true
    try {
      return this.#ask()
    } finally {
      this.#isOpening = false
    }
  }

  /** Takes a connection that is open, before anybody who waits. Opens none. */
  async borrow(): Promise<FleetClient> {
    const queue = this.#pool['_pendingQueue']
    const length = queue.length
    const asked = this.#ask()
    if (queue.length > length) queue.unshift(...queue.splice(-1))
    this.#borrowing++
    try {
      return await asked
    } finally {
      this.#borrowing--
    }
  }

  /** Fails everybody who waits, as a connection that the pool could not open would. */
  fail(error: unknown): void {
    for (const { callback } of this.#pool['_pendingQueue'].splice(0)) callback(error)
  }

  /** Lets the pool open its connections itself again, up to its own maximum. */
  free(): void {
    Object.assign(this.#pool.options, this.#unbounded)
    Reflect.deleteProperty(this.#pool, '_isFull')
    const missing = Math.min(this.waiting, this.cap - this.total)
    for (let count = 0; count < missing; count++) {
      // It goes to the first who waits. If it fails, the others have their acquire timeout.
      this.#ask().then(
        (client) => client.release(),
        () => {},
      )
    }
  }

  #ask(): Promise<FleetClient> {
    // Without a callback, it returns a promise of a connection.
    return this.#connect.call(this.#pool) as Promise<FleetClient>
  }
}

/**
 * Closes a connection that is in hand. The pool keeps none that is ending.
 *
 * @internal
 */
export function closeConnection(client: FleetClient, reason: ConnectionCloseReason): void {
  endConnection(client, reason)
  client.release()
}

/**
 * Ends a connection that is about to be released.
 *
 * @internal
 */
export function endConnection(client: FleetClient, reason: ConnectionCloseReason): void {
  client[CLOSE_REASON] ??= reason
  // How the end goes shows at the connection itself.
  client.end().catch(() => {})
}

function replace(pool: GatedPool, name: 'connect' | '_isFull', method: Function): void {
  const { name: shown, length } = pool[name]
  const value: unknown = Object.defineProperties(method, {
    name: { value: shown },
    length: { value: length },
  })
  Object.defineProperty(pool, name, { value, configurable: true, writable: true })
}
