import { endConnection, type FleetClient, type FleetPool, type GatedPool } from './fleet-pool.ts'

/**
 * Which connections of a pool have a slot of the fleet, and who uses them. One that comes back
 * without a slot is closed, and as many others as were asked back.
 *
 * @internal
 */
export class FleetTickets {
  readonly #pool: FleetPool
  /** Each with the time since when. */
  readonly #clients = new Map<FleetClient, number>()
  /** Those that the fleet itself has in hand: what becomes of them is not decided here. */
  readonly #inHand = new Set<FleetClient>()
  #owed = 0
  #isOver = false
  #usedAt: number = performance.now()
  givenBack = 0

  /** `changed` is called when connections have come back or were closed, in the next turn at the latest. */
  constructor(pool: FleetPool, driverPool: GatedPool, changed: () => void) {
    this.#pool = pool
    driverPool.on('release', (error: unknown, client: FleetClient) => {
      if (this.#isOver) return
      if (this.#inHand.delete(client)) {
        client.removeListener('error', ignore)
        return
      }
      this.#usedAt = performance.now()
      if (!error) this.#mayEnd(client)
      // Whoever waits may have nobody left to wait for.
      if (pool.waiting > 0) setImmediate(changed)
    })
    driverPool.on('remove', (client: FleetClient) => {
      this.#clients.delete(client)
      if (!this.#isOver) changed()
    })
    driverPool.on('error', () => {
      if (!this.#isOver) changed()
    })
  }

  get size(): number {
    return this.#clients.size
  }

  get clients(): readonly FleetClient[] {
    return [...this.#clients.keys()]
  }

  /** Whether nobody uses or wants a connection; those in hand do not count. */
  get isIdle(): boolean {
    const used = this.#pool.total - this.#pool.idle - this.#inHand.size
    return used <= 0 && this.#pool.waiting === 0
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

  /** The fleet has taken a connection out of the pool, and gives it back by `release`. */
  take(client: FleetClient): void {
    this.#inHand.add(client)
    // One that breaks tells of it; its next statement fails.
    client.on('error', ignore)
  }

  /** How many connections have to be given back, in place of what was asked for before. */
  owe(count: number): void {
    this.#owed = count
  }

  /** Counts one that was given back out of the hand. */
  paid(): void {
    this.#owed = Math.max(0, this.#owed - 1)
    this.givenBack++
  }

  /** Slots mean nothing any more. */
  stop(): void {
    this.#isOver = true
    for (const client of this.#inHand) client.removeListener('error', ignore)
    this.#inHand.clear()
  }

  #mayEnd(client: FleetClient): void {
    if (this.#clients.has(client) && this.#owed === 0) return
    if (this.#owed > 0) this.paid()
    endConnection(client, 'given_back')
  }
}

function ignore(): void {}
