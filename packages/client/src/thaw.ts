import { CLOSE_REASON, type MarkedConnection } from './close-reason.ts'
import { isPgPool, type DriverPool, type PgPool } from './driver-pool.ts'

// After a silence of this length, sockets may have been closed that the process has not looked at.
const SILENCE_MS = 1_000

/** What is used of a pool of pg or neon to close a connection before its time. */
interface EvictablePool extends PgPool {
  connect(): Promise<PooledClient>
}

interface PooledClient extends MarkedConnection {
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
  // The connections that nobody uses, each with the time since when.
  readonly #idle = new Map<object, number>()
  #lastUseAt = Date.now()
  #thawing: Promise<void> | undefined

  constructor(pool: DriverPool, staleAfterMs: number) {
    this.#staleAfterMs = staleAfterMs
    if (!isEvictable(pool)) return
    this.#pool = pool
    pool.on('release', (error: unknown, client: object) => {
      if (!error) this.#idle.set(client, Date.now())
    })
    pool.on('acquire', (client: object) => this.#idle.delete(client))
    pool.on('remove', (client: object) => this.#idle.delete(client))
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

  // The pool removes every connection whose end it has seen. In the turn of the event loop that is
  // under way, it may not have looked at its sockets since the freeze; in the next one, it does.
  async #thaw(): Promise<void> {
    await nextTurn()
    await nextTurn()
    if (this.#pool !== undefined) await this.#evict(this.#pool)
  }

  // A pool hands out connections that are idle before the next turn of the event loop, without a
  // word to the server. What comes later is a new connection, or one that somebody else had.
  async #evict(pool: EvictablePool): Promise<void> {
    const idle = new Map(this.#idle)
    const staleSince = Date.now() - this.#staleAfterMs
    if (![...idle.values()].some((since) => since <= staleSince)) return

    const releases = Array.from({ length: pool.idleCount }, async () => {
      try {
        const client = await pool.connect()
        const since = idle.get(client)
        const isStale = since !== undefined && since <= staleSince
        if (isStale) client[CLOSE_REASON] = 'stale'
        client.release(isStale)
        if (this.#idle.has(client) && since !== undefined) this.#idle.set(client, since)
      } catch {
        // The pool is ending, or is as full as it may be: nothing of it is idle.
      }
    })
    await Promise.race([Promise.all(releases), nextTurn()])
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function isEvictable(pool: DriverPool): pool is EvictablePool {
  return isPgPool(pool) && 'connect' in pool && typeof pool.connect === 'function'
}
