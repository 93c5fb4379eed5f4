import type { Window } from './window.ts'

/**
 * How the arms lie in time. `sequential`: all of one, then all of the other. `interleaved`: at the
 * same time or by turns, so that every window has a partner of the other arm beside it.
 */
export type Design = 'sequential' | 'interleaved'

/** `connections` is the mean of a window, `peakConnections` the most at one moment. */
export type MetricName =
  | 'connections'
  | 'peakConnections'
  | 'p50'
  | 'p95'
  | 'p99'
  | 'errorRate'
  | 'throughput'
  | 'mean'

/** Settings of a comparison. */
export interface CompareOptions {
  readonly design: Design
  /** Windows of an A/A recording: nothing was changed between them. */
  readonly noise?: readonly Window[]
  /**
   * The ratio of latencies from which on a change counts.
   *
   * @default 1.10
   */
  readonly practicalRatio?: number
  /**
   * The growth, in connections, from which on a change counts. Below 1, so that a growth of exactly
   * 1 is found.
   *
   * @default 0.5
   */
  readonly practicalConnections?: number
  /**
   * The difference of error rates from which on a change counts, as a share of the operations.
   *
   * @default 0.001
   */
  readonly practicalErrorRate?: number
  /**
   * The difference of load from which on there is no verdict, as a share.
   *
   * @default 0.2
   */
  readonly maxLoadDifference?: number
  /**
   * The share of comparisons without a change that may call some metric changed, at most.
   *
   * @default 0.05
   */
  readonly alpha?: number
  /**
   * Of the resampling; the same windows and seed give the same result.
   *
   * @default 1
   */
  readonly seed?: number
}

/** What came of a comparison. */
export interface Comparison {
  readonly design: Design
  /** Whether a change can be put down to the arm: not where one arm came after the other. */
  readonly causal: boolean
  readonly metrics: readonly MetricComparison[]
  readonly refusals: readonly Refusal[]
  readonly verdict: ComparisonVerdict
  /** What noise floors were taken from. */
  readonly noiseFrom: NoiseSource
  readonly windows: {
    readonly before: number
    readonly after: number
    /** Pairs of neighbours; 0 in a sequential design. */
    readonly pairs: number
  }
}

/**
 * `no-regression`: every metric that could be judged is proven to be no worse by more than its
 * threshold. `inconclusive`: a regression is neither shown nor ruled out. `refused`: see the refusals.
 */
export type ComparisonVerdict = 'no-regression' | 'regression' | 'inconclusive' | 'refused'

/** `noise`: the A/A windows that were given. `before`: that arm, compared with itself. */
export type NoiseSource = 'noise' | 'before' | 'none'

/** One metric in both arms. */
export interface MetricComparison {
  readonly metric: MetricName
  /** A typical window of the arm: the median of its windows, or their mean for counts and errors. */
  readonly before: number
  readonly after: number
  /** `after / before`; 1 where both are 0, and infinite where only `before` is. */
  readonly ratio: number
  /** `after - before`. */
  readonly difference: number
  /** Which of the two is judged, and is what `interval`, `noiseFloor` and `drift` are about. */
  readonly effect: 'ratio' | 'difference'
  /** What the effect may be, at `1 - alpha`. */
  readonly interval: readonly [number, number]
  /** The effect that the comparison of a version with itself comes to; 1 or 0, and above. */
  readonly noiseFloor: number | undefined
  /** The effect that drift alone could bring, by how the metric moves inside of the arms. */
  readonly drift: number | undefined
  /** How often an effect as large comes about with no change, two-sided. */
  readonly pValue: number
  /** The same for all metrics together, by Holm's method. */
  readonly adjustedPValue: number
  readonly verdict: MetricVerdict
}

/** `same`: proven to be within the threshold. `unclear`: neither shown nor ruled out, or refused. */
export type MetricVerdict = 'better' | 'worse' | 'same' | 'unclear'

export type RefusalCode =
  | 'ARM_MISSING'
  | 'TOO_FEW_WINDOWS'
  | 'DURATIONS_DIFFER'
  | 'GAPS'
  | 'WINDOWS_OVERLAP'
  | 'ARMS_OVERLAP'
  | 'NOT_INTERLEAVED'
  | 'NOT_RECORDED'
  | 'TOO_FEW_OPERATIONS'
  | 'LOAD_DIFFERS'
  | 'ERRORS_DIFFER'
  | 'DRIFT'

/** Why the windows cannot carry a verdict, and what would. */
export interface Refusal {
  readonly code: RefusalCode
  /** The metrics that are not judged; empty where nothing is. */
  readonly metrics: readonly MetricName[]
  /** The numbers in the message. */
  readonly evidence: Readonly<Record<string, number>>
  /** What is not enough, with the numbers, and what to do about it. */
  readonly message: string
}
