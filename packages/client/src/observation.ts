import type { DriverPool } from './driver-pool.ts'

// Enough for steady percentiles, and 4 kB a client.
const KEPT_DURATIONS = 512

/** How queries went at the driver adapter since the client was created. */
export interface QueryStatus {
  /** Queries that ended, failed ones included. */
  readonly total: number
  readonly failed: number
  readonly inFlight: number
  /**
   * Percentiles over the last 512 queries, in milliseconds, the wait for a connection included;
   * `undefined` before the first query.
   */
  readonly durationMs:
    | { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number }
    | undefined
}

/**
 * What is known of one client through its driver adapter.
 *
 * @internal
 */
export class Observation {
  readonly pools: Set<DriverPool> = new Set()
  /** Whether the callback passed an adapter through `observe`. */
  isObserved: boolean = false
  /** Whether the client was closed, and must not connect again. */
  isClosed: boolean = false
  transactionsOpen: number = 0
  /** Connections that the guard of a pool has closed. */
  discarded: number = 0
  total: number = 0
  failed: number = 0
  inFlight: number = 0
  readonly durations: Float64Array = new Float64Array(KEPT_DURATIONS)

  started(): number {
    this.inFlight++
    return performance.now()
  }

  ended(durationMs: number, hasFailed: boolean): void {
    this.durations[this.total++ % KEPT_DURATIONS] = durationMs
    this.inFlight--
    if (hasFailed) this.failed++
  }
}

/**
 * Sums up the queries that were observed.
 *
 * @internal
 */
export function queriesOf(observation: Observation): QueryStatus {
  const { total, failed, inFlight } = observation
  const sorted = observation.durations.subarray(0, total).toSorted()
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0
  return {
    total,
    failed,
    inFlight,
    durationMs:
      total === 0 ? undefined : { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) },
  }
}
