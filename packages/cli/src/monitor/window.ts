/** What was seen in a stretch of time; the unit of every comparison. */
export interface Window {
  /** In milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMs: number
  /** Which of the versions that are compared was running, where several were recorded. */
  readonly arm?: string
  /** Connections at the server, over the samples of this window. */
  readonly connections?: { readonly mean: number; readonly max: number }
  /** Operations that ended in this window, the failed ones included. */
  readonly operations?: number
  /** Operations that failed. */
  readonly errors?: number
  /** Of the operations in this window that succeeded. */
  readonly latency?: LatencySummary
}

/** Quantiles of latencies, in milliseconds. */
export interface LatencySummary {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** No bucket of a histogram blurs it, as it does the quantiles. */
  readonly mean?: number
  /** How many latencies they were taken from. */
  readonly count: number
}
