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
  readonly _pendingQueue: Place[]
}

/** Somebody who waits. */
interface Place {
  readonly callback: (error?: unknown, client?: FleetClient) => void
}

type Connect = (...args: unknown[]) => unknown

/** Who is told of what others do with the pool. */
export interface PoolEvents {
  /** Somebody has asked for a connection. */
  readonly asked: () => void
  /** A connection came back. The pool has not decided yet whether to keep it. */
  readonly released: (client: FleetClient, error: unknown) => void
  /** A connection was closed, or is lost. */
  readonly removed: (client: FleetClient | undefined) => void
}

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
  /** When a connection that nobody uses is closed at the latest, in milliseconds. */
  readonly longestIdleMs: number
  readonly #pool: GatedPool
  readonly #connect: Connect
  readonly #unbounded: Readonly<Record<string, unknown>>
  /** What was opened or borrowed here, and has not been released. */
  readonly #inHand = new Set<FleetClient>()
  /** The places in the queue of those that want to borrow. */
  readonly #borrowing = new Set<Place>()
  #isOpening = false

  constructor(pool: GatedPool, idleTimeoutMs: number, events: PoolEvents) {
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
    this.longestIdleMs = Math.min(Number(idleTimeoutMillis) || Infinity, idleTimeoutMs)
    options['idleTimeoutMillis'] = this.longestIdleMs
    options['connectionTimeoutMillis'] ||= DEFAULT_ACQUIRE_TIMEOUT_MS
    options['min'] = 0
    const { connect } = pool
    replace(pool, 'connect', function (this: unknown, ...args: unknown[]) {
      const result = connect.apply(this, args)
      events.asked()
      return result
    })
    replace(pool, '_isFull', () => !this.#isOpening)
    pool.on('release', (error: unknown, client: FleetClient) => {
      if (this.#inHand.delete(client)) client.removeListener('error', ignore)
      else events.released(client, error)
    })
    pool.on('remove', (client: FleetClient) => this.#removed(events, client))
    pool.on('error', (_: unknown, client?: FleetClient) => this.#removed(events, client))
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

  /** Connections that somebody uses, or that are being opened. */
  get used(): number {
    return Math.max(0, this.total - this.idle - this.#inHand.size)
  }

  /** Callers who wait. */
  get waiting(): number {
    return Math.max(0, this.#pool.waitingCount - this.#borrowing.size)
  }

  get isEnding(): boolean {
    return this.#pool.ending
  }

  get idleTimeoutMs(): number {
    return Number(this.#pool.options['idleTimeoutMillis'])
  }

  /** Of connections that become idle from now on. */
  set idleTimeoutMs(timeoutMs: number) {
    this.#pool.options['idleTimeoutMillis'] = timeoutMs
  }

  get acquireTimeoutMs(): number {
    return Number(this.#pool.options['connectionTimeoutMillis'])
  }

  /** Opens a connection; `undefined` where one is idle, which the next who waits will get. */
  open(): Promise<FleetClient | undefined> | undefined {
    if (this.idle > 0) return undefined
    this.#isOpening = true
    try {
      return this.#ask()
    } finally {
      this.#isOpening = false
    }
  }

  /**
   * Takes a connection that is open, before anybody who waits. Opens none: `undefined` where none is
   * left to wait for.
   */
  async borrow(): Promise<FleetClient | undefined> {
    if (this.total === 0) return undefined
    const queue = this.#pool['_pendingQueue']
    const length = queue.length
    const asked = this.#ask()
    const [place] = queue.splice(length)
    if (place === undefined) return asked
    queue.unshift(place)
    this.#borrowing.add(place)
    try {
      return await asked
    } finally {
      this.#borrowing.delete(place)
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
        (client) => client?.release(),
        () => {},
      )
    }
  }

  #removed(events: PoolEvents, client: FleetClient | undefined): void {
    const queue = this.#pool['_pendingQueue']
    for (const place of this.total === 0 ? this.#borrowing : []) {
      const index = queue.indexOf(place)
      if (index === -1) continue
      queue.splice(index, 1)
      place.callback()
    }
    events.removed(client)
  }

  // By a callback, which the pool calls as soon as it does not listen for errors any more: the next
  // message of the server may be one.
  #ask(): Promise<FleetClient | undefined> {
    return new Promise((resolve, reject) => {
      this.#connect.call(this.#pool, (error?: Error, client?: FleetClient) => {
        if (error) return reject(error)
        if (client === undefined) return resolve(undefined)
        this.#inHand.add(client)
        // One that breaks tells of it; its next statement fails.
        client.on('error', ignore)
        resolve(client)
      })
    })
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

function ignore(): void {}
