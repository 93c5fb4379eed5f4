import { isPgPool, type DriverPool } from './driver-pool.ts'
import { evictIdle } from './evict-idle.ts'

// Shorter pauses are what every server has; one turn of the event loop is not worth asking for.
const SHORTEST_FREEZE_MS = 1_000

/**
 * Makes a pool of pg fit for use after its process was frozen, as functions are between two requests.
 * Timers and sockets stand still meanwhile, so the pool still counts on connections that its idle
 * timeout would have closed, and on those that the server has closed.
 *
 * @internal
 */
export class Thaw {
  readonly #pool: DriverPool
  readonly #staleAfterMs: number
  #lastUseAt = Date.now()

  /** `staleAfterMs` is the age from which on no idle connection is trusted. */
  constructor(pool: DriverPool, staleAfterMs: number) {
    this.#pool = pool
    this.#staleAfterMs = staleAfterMs
    if (!isPgPool(pool)) return

    pool.on('acquire', this.#isUsed)
    pool.on('release', this.#isUsed)
  }

  /**
   * Is asked before a connection is taken. Returns what to wait for, and nothing where no freeze can
   * have been.
   */
  before(): Promise<void> | undefined {
    // By the wall clock: the one that timers go by may stand still in a virtual machine that is
    // frozen, or suspended.
    const pauseMs = Date.now() - this.#lastUseAt
    return pauseMs < SHORTEST_FREEZE_MS ? undefined : this.#thaw(pauseMs)
  }

  readonly #isUsed = (): void => {
    this.#lastUseAt = Date.now()
  }

  async #thaw(pauseMs: number): Promise<void> {
    // Timers that are due run before this one; sockets that have closed say so before the second.
    await new Promise((resolve) => setTimeout(resolve, 0))
    await new Promise((resolve) => setImmediate(resolve))
    // The last use lies further back than any idle connection may be old.
    if (pauseMs >= this.#staleAfterMs) await evictIdle(this.#pool)
  }
}
