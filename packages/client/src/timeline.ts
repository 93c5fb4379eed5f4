import type { PoolStatus } from './driver-pool.ts'
import type { WatchedStatement } from './watched-statement.ts'

const SECONDS = 300
// Four buckets an octave from 1 µs up: a percentile is at most 19 % too high, and 100 s still fit.
const BUCKETS_PER_OCTAVE = 4
const BUCKETS = 27 * BUCKETS_PER_OCTAVE

/** One second of a shared client. */
export interface TimelineSecond {
  /** Its beginning, in milliseconds since 1970. */
  readonly at: number
  readonly statements: number
  readonly failed: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly maxMs: number
  /** As it was at the first statement that ended in this second. */
  readonly pool: PoolStatus | undefined
}

interface Second {
  at: number
  statements: number
  failed: number
  maxMs: number
  pool: PoolStatus | undefined
  readonly buckets: Uint16Array
}

/**
 * The last five minutes of a shared client, by seconds. Nothing runs by itself: a second in which no
 * statement ended is not in it.
 *
 * @internal
 */
export class Timeline {
  readonly #seconds: Second[] = []
  readonly #timeOrigin = performance.timeOrigin
  #next = 0
  #current: Second | undefined

  add(
    { sentAt, durationMs, error }: WatchedStatement,
    of: { readonly pool: PoolStatus | undefined },
  ): void {
    const at = Math.floor((this.#timeOrigin + sentAt + durationMs) / 1_000) * 1_000
    const second = this.#current?.at === at ? this.#current : this.#begin(at, of.pool)
    second.statements++
    if (error !== undefined) second.failed++
    if (durationMs > second.maxMs) second.maxMs = durationMs
    const bucket = bucketOf(durationMs)
    second.buckets[bucket] = (second.buckets[bucket] ?? 0) + 1
  }

  /** The oldest first. */
  get seconds(): TimelineSecond[] {
    return [...this.#seconds.slice(this.#next), ...this.#seconds.slice(0, this.#next)].map(
      ({ buckets, ...second }) => ({
        ...second,
        p50Ms: Math.min(second.maxMs, percentile(buckets, 0.5)),
        p95Ms: Math.min(second.maxMs, percentile(buckets, 0.95)),
      }),
    )
  }

  #begin(at: number, pool: PoolStatus | undefined): Second {
    // The oldest second makes room for the newest, with its memory.
    const buckets = this.#seconds[this.#next]?.buckets.fill(0) ?? new Uint16Array(BUCKETS)
    this.#current = { at, statements: 0, failed: 0, maxMs: 0, pool, buckets }
    this.#seconds[this.#next] = this.#current
    this.#next = (this.#next + 1) % SECONDS
    return this.#current
  }
}

function bucketOf(durationMs: number): number {
  const octaves = Math.log2(Math.max(1, durationMs * 1_000))
  return Math.min(BUCKETS - 1, Math.floor(octaves * BUCKETS_PER_OCTAVE))
}

/** The upper bound of the bucket that the share falls into, in milliseconds. */
function percentile(buckets: Uint16Array, share: number): number {
  const total = buckets.reduce((sum, count) => sum + count, 0)
  let seen = 0
  const index = buckets.findIndex((count) => (seen += count) >= total * share)
  return 2 ** ((index + 1) / BUCKETS_PER_OCTAVE) / 1_000
}
