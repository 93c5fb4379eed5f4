import { CLOSE_REASON, type MarkedConnection } from './close-reason.ts'
import { isAdapterFactory } from './driver-adapter.ts'
import { retriesOf } from './retried.ts'
import { wrapFactory } from './wrap-factory.ts'
import { watchAsking } from './watch-asking.ts'
import { isWatchablePgPool, type WatchablePgPool } from './watch-pg-pool.ts'

/** What is used of a pool of pg to open and close connections for it. */
interface Pool extends WatchablePgPool {
  readonly options: Record<string, unknown>
  readonly ended: boolean
  connect(): Promise<PooledClient>
}

interface PooledClient extends MarkedConnection {
  release(isBroken?: boolean): void
  end(): Promise<void>
}

/** What a pool has of the budget. */
interface Share {
  /** The most that it may have: its own `max`, as it was configured. */
  readonly cap: number
  /** Connections that were opened, and whose end has not been seen. */
  open: number
  /** Connections that are being opened for those who wait. */
  opening: number
  /** Connections that were asked back of it, and have not ended yet. */
  asked: number
  /** How many of these are busy, and are closed when they come back. */
  owed: number
}

/**
 * Shares a number of connections out among the pools of pg in this process, by need: each may grow to
 * its own `max` as long as there is room, and gives connections back to one that has less. Pools of
 * other drivers cannot be resized, and are left alone.
 *
 * `pool.options.max` follows what a pool has, so that it opens a connection only where it was let to.
 *
 * @internal
 */
export class TenantConnections {
  budget: number
  readonly #pools = new Map<Pool, Share>()
  /** Those in which somebody waits though they may have more, in their order. */
  readonly #hungry = new Set<Pool>()

  constructor(budget: number) {
    this.budget = budget
  }

  /** Connections that are open or about to be. */
  get used(): number {
    let sum = 0
    for (const [pool, share] of this.#pools) sum += usedOf(pool, share)
    return sum
  }

  /** Takes the pool of an adapter into the budget as soon as there is one. */
  adapter<Factory extends object>(factory: Factory): Factory {
    if (!isAdapterFactory(factory)) return factory
    const wrapped = wrapFactory(factory, 'shareTenants', async (original) => {
      const adapter = await original.connect()
      const pool = adapter.underlyingDriver?.()
      if (pool !== undefined && isPool(pool)) this.#add(pool)
      return adapter
    })
    return Object.assign(wrapped, retriesOf(factory))
  }

  #add(pool: Pool): void {
    for (const known of this.#pools.keys()) if (known.ended) this.#pools.delete(known)
    if (this.#pools.has(pool)) return
    const share: Share = {
      cap: Number(pool.options['max']),
      open: pool.totalCount,
      opening: 0,
      asked: 0,
      owed: 0,
    }
    this.#pools.set(pool, share)
    pool.options['max'] = pool.totalCount
    watchAsking(pool, 'connect', () => {
      this.#ask(pool, share)
      return undefined
    })
    pool.on('connect', () => void share.open++)
    pool.on('remove', () => {
      share.open = Math.max(0, share.open - 1)
      share.asked = Math.max(0, share.asked - 1)
      pool.options['max'] = pool.totalCount
      if (pool.waitingCount > 0) this.#hungry.add(pool)
      this.#feed()
    })
    // The pool tells of it before it decides whether to keep the connection.
    pool.on('release', (error: unknown, client: PooledClient) => {
      if (share.owed === 0) return
      share.owed--
      // One that failed is closed anyway.
      if (!error) giveBack(client)
    })
  }

  /** Lets the pool open a connection for whoever asks now, where nothing is idle and there is room. */
  #ask(pool: Pool, share: Share): void {
    pool.options['max'] = pool.totalCount
    if (pool.idleCount > pool.waitingCount || pool.totalCount >= share.cap) return
    if (this.used < this.budget) {
      pool.options['max'] = pool.totalCount + 1
      return
    }
    this.#hungry.add(pool)
    this.#askBack()
  }

  /** Opens connections for those who wait, in turn, while there is room. */
  #feed(): void {
    // A pool that wants more than one stands in line again.
    for (const pool of this.#hungry) {
      if (this.used >= this.budget) break
      this.#hungry.delete(pool)
      const share = this.#pools.get(pool)
      if (share === undefined || pool.ending || !wantsMore(pool, share)) continue
      void openOne(pool, share)
      if (wantsMore(pool, share)) this.#hungry.add(pool)
    }
    if (this.#hungry.size > 0) this.#askBack()
  }

  /** Asks one connection back for each pool that wants one, of whoever has the most. */
  #askBack(): void {
    let asked = 0
    for (const [pool, share] of this.#pools) if (!pool.ending) asked += share.asked
    for (const pool of this.#hungry) {
      if (asked >= this.#hungry.size) return
      const share = this.#pools.get(pool)
      const donor = share && this.#donorFor(usedOf(pool, share))
      if (donor === undefined) continue
      const [from, of] = donor
      asked++
      of.asked++
      if (from.idleCount > from.waitingCount) void this.#closeIdle(from, of)
      else of.owed++
    }
  }

  /** Closes a connection that nobody uses. */
  async #closeIdle(pool: Pool, share: Share): Promise<void> {
    try {
      const client = await pool.connect()
      client[CLOSE_REASON] = 'given_back'
      client.release(true)
    } catch {
      // The pool has ended, or somebody was faster.
      share.asked--
      this.#feed()
    }
  }

  /** The pool with the most, if what it has is idle, or more than the other would have then. */
  #donorFor(used: number): readonly [Pool, Share] | undefined {
    let most: readonly [Pool, Share] | undefined
    let mostWorth = 0
    for (const [pool, share] of this.#pools) {
      if (pool.ending) continue
      const has = usedOf(pool, share) - share.asked
      const isIdle = pool.idleCount > pool.waitingCount
      const worth = isIdle ? has + this.budget : has
      const mayGive = isIdle ? has > 0 : has > used + 1
      if (!mayGive || worth <= mostWorth) continue
      most = [pool, share]
      mostWorth = worth
    }
    return most
  }
}

/** Whether somebody waits for whom no connection is being opened, and the pool may have another. */
function wantsMore(pool: Pool, share: Share): boolean {
  return pool.waitingCount > share.opening && pool.totalCount < share.cap
}

function usedOf(pool: Pool, share: Share): number {
  return Math.max(pool.totalCount, share.open)
}

/** Opens a connection, which goes to the first who waits as soon as it is released. */
async function openOne(pool: Pool, share: Share): Promise<void> {
  share.opening++
  try {
    const client = await pool.connect()
    client.release()
  } catch {
    // Whoever waits asks again, and is told.
  } finally {
    share.opening--
  }
}

function giveBack(client: PooledClient): void {
  client[CLOSE_REASON] = 'given_back'
  // The pool keeps none that is ending. How the end goes shows at the connection itself.
  client.end().catch(() => {})
}

function isPool(pool: object): pool is Pool {
  return isWatchablePgPool(pool) && 'ended' in pool
}
