import { endConnection, type FleetClient, type FleetPool } from './fleet-pool.ts'

/**
 * Which connections of a pool have a slot of the fleet. One that comes back without a slot is closed,
 * and as many others as were asked back.
 *
 * @internal
 */
export class FleetTickets {
  readonly #pool: FleetPool
  /** Each with the time since when. */
  readonly #clients = new Map<FleetClient, number>()
  #owed = 0
  #usedAt: number = performance.now()
  givenBack = 0

  constructor(pool: FleetPool) {
    this.#pool = pool
  }

  get size(): number {
    return this.#known().size
  }

  get clients(): readonly FleetClient[] {
    return [...this.#known().keys()]
  }

  /** Whether nobody uses or wants a connection. */
  get isIdle(): boolean {
    return this.#pool.used === 0 && this.#pool.waiting === 0
  }

  /** How long that will have to go on until it is too long, in milliseconds. */
  get idleLeftMs(): number {
    return this.#usedAt + this.#pool.idleTimeoutMs - performance.now()
  }

  has(client: FleetClient): boolean {
    return this.#clients.has(client)
  }

  /** How long a connection has had its slot, in milliseconds. */
  heldMs(client: FleetClient): number {
    return performance.now() - (this.#clients.get(client) ?? performance.now())
  }

  /** The connection has got a slot. */
  add(client: FleetClient): void {
    this.#clients.set(client, performance.now())
  }

  /** The connection has lost its slot, and is closed when it comes back. */
  lose(client: FleetClient): void {
    this.#clients.delete(client)
  }

  /** How many connections have to be given back, in place of what was asked for before. */
  owe(count: number): void {
    this.#owed = count
  }

  /** Counts one that is given back. */
  paid(): void {
    this.#owed = Math.max(0, this.#owed - 1)
    this.givenBack++
  }

  /**
   * A connection that somebody has used comes back. Returns whether it stays open. It is on the path
   * of every query: the clock is asked only where nobody takes the connection at once.
   */
  released(client: FleetClient, error: unknown): boolean {
    if (this.#pool.waiting === 0) this.#usedAt = performance.now()
    if (!error && this.#owed === 0 && this.#clients.has(client)) return true
    this.#clients.delete(client)
    // The pool closes one that failed.
    if (error) return false
    if (this.#owed > 0) this.paid()
    endConnection(client, 'given_back')
    return false
  }

  // The pool tells of a connection that it has closed when its socket is closed, which may take long.
  #known(): ReadonlyMap<FleetClient, number> {
    if (this.#pool.total === 0) this.#clients.clear()
    return this.#clients
  }
}
