import { isPgPool, type DriverPool, type PgPool } from './driver-pool.ts'

// After a silence of this length, sockets may have been closed that the process has not looked at.
const SILENCE_MS = 1_000

/** What is used of a pool of pg or neon to close a connection before its time. */
interface EvictablePool extends PgPool {
  connect(): Promise<PooledClient>
}

interface PooledClient {
  release(destroy?: boolean): void
}

/**
 * Makes the first query after a freeze work. Timers are frozen with the process, so a connection that
 * has been idle for longer than its timer would have let it is one that the server, or a network in
 * between, may have given up long ago: it is closed before it is used.
 *
 * The clock is the one on the wall, because a monotonic clock may be frozen too.
 *
 * @internal
 */
export class Thaw {
  readonly #pool: EvictablePool | undefined
  readonly #staleAfterMs: number
  readonly #idleSince = new WeakMap<object, number>()
  #lastUseAt = Date.now()
  #thawing: Promise<void> | undefined

  constructor(pool: DriverPool, staleAfterMs: number) {
    this.#pool = isEvictable(pool) ? pool : undefined
    this.#staleAfterMs = staleAfterMs
    this.#pool?.on('release', (_: unknown, client: object) => {
      this.#idleSince.set(client, Date.now())
    })
  }

  /** What a statement has to wait for before it takes a connection; mostly nothing. */
  before(): Promise<void> | undefined {
    const silentMs = Date.now() - this.#lastUseAt
    this.used()
    if (silentMs >= SILENCE_MS) {
      this.#thawing ??= this.#thaw().finally(() => {
        this.#thawing = undefined
      })
    }
    return this.#thawing
  }

  /** A connection has been used. */
  used(): void {
    this.#lastUseAt = Date.now()
  }

  async #thaw(): Promise<void> {
    // The pool removes every connection whose end the event loop has in its hands.
    await nextTurn()
    if (this.#pool !== undefined) await this.#evict(this.#pool)
  }

  // A pool hands out a connection that is idle before the next turn of the event loop, without a
  // word to the server. One that comes later is new, or somebody else had it: it is kept.
  async #evict(pool: EvictablePool): Promise<void> {
    const releases = Array.from({ length: pool.idleCount - pool.waitingCount }, async () => {
      try {
        const client = await pool.connect()
        client.release(this.#isStale(client))
      } catch {
        // The pool is ending, or is as full as it may be: nothing of it is idle.
      }
    })
    await Promise.race([Promise.all(releases), nextTurn()])
  }

  #isStale(client: object): boolean {
    const idleSince = this.#idleSince.get(client)
    return idleSince !== undefined && Date.now() - idleSince >= this.#staleAfterMs
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function isEvictable(pool: DriverPool): pool is EvictablePool {
  return isPgPool(pool) && 'connect' in pool && typeof pool.connect === 'function'
}
