import type { CompareOptions, MetricName } from '../comparison.ts'
import { mean, median, sum } from '../statistics/centre.ts'
import { withoutOutliers } from '../statistics/without-outliers.ts'
import type { Window } from '../window.ts'

/** What one thing that windows tell is, and how it is compared. */
export interface Metric {
  readonly name: MetricName
  readonly effect: 'ratio' | 'difference'
  /** Whether a change can be one for the worse: load is what was asked for. */
  readonly hasVerdict: boolean
  /** Whether more load alone makes it larger. */
  readonly followsLoad: boolean
  readonly valueOf: (window: Window) => number | undefined
  /** The values of an arm as they are compared. */
  readonly prepare: (values: readonly number[]) => readonly number[]
  /** A typical value. */
  readonly centre: (values: readonly number[]) => number
  /** The variance of that centre, in variances of one value over their count. */
  readonly inefficiency: number
  /** From where on an effect counts, on the scale of `effectOf`. */
  readonly practical: number
  /** The share of operations that are above this quantile. */
  readonly above?: number
  /** How uncertain the centre of an arm is at least, as a standard deviation on that scale. */
  readonly leastDeviation: (windows: readonly Window[]) => number
}

const DEFAULT_PRACTICAL_RATIO = 1.1
const DEFAULT_PRACTICAL_CONNECTIONS = 0.5
const DEFAULT_PRACTICAL_ERROR_RATE = 0.001
/** What quantiles that were read from a histogram are rounded by, as a share. */
const ROUNDED_RATIO = 0.005
/** A microsecond, or an operation in a quarter of an hour: logarithms need more than 0. */
const LEAST_VALUE = 0.001

/** All metrics, with what counts as a change of them. */
export function metricsOf(options: CompareOptions): Metric[] {
  const connections = options.practicalConnections ?? DEFAULT_PRACTICAL_CONNECTIONS
  const ratio = Math.log(options.practicalRatio ?? DEFAULT_PRACTICAL_RATIO)
  return [
    countMetric('connections', connections, (window) => window.connections?.mean),
    countMetric('peakConnections', connections, (window) => window.connections?.max),
    { ...ratioMetric('p50', ratio, (window) => window.latency?.p50), above: 0.5 },
    { ...ratioMetric('p95', ratio, (window) => window.latency?.p95), above: 0.05 },
    { ...ratioMetric('p99', ratio, (window) => window.latency?.p99), above: 0.01 },
    {
      name: 'errorRate',
      effect: 'difference',
      hasVerdict: true,
      followsLoad: false,
      valueOf: errorRateOf,
      prepare: (values) => values,
      centre: mean,
      inefficiency: 1,
      practical: options.practicalErrorRate ?? DEFAULT_PRACTICAL_ERROR_RATE,
      // One error more or less in the whole arm.
      leastDeviation: (windows) => 1 / sum(windows.map(({ operations = 0 }) => operations)),
    },
    { ...ratioMetric('throughput', ratio, throughputOf), hasVerdict: false, followsLoad: false },
    // The share is that of the median: a few more failures change both by little.
    { ...ratioMetric('mean', ratio, (window) => window.latency?.mean), above: 0.5 },
  ]
}

/** Operations a second. */
export function throughputOf({ operations, durationMs }: Window): number | undefined {
  return operations === undefined ? undefined : (operations / durationMs) * 1_000
}

/** The effect of typical values of two arms; 0 is none. */
export function effectOf({ effect }: Metric, before: number, after: number): number {
  return effect === 'difference' ? after - before : Math.log(after / before)
}

/** An effect as it is told: ratios as ratios. */
export function told({ effect }: Metric, value: number): number {
  return effect === 'difference' ? value : Math.exp(value)
}

function countMetric(
  name: MetricName,
  practical: number,
  valueOf: (window: Window) => number | undefined,
): Metric {
  return {
    name,
    effect: 'difference',
    hasVerdict: true,
    followsLoad: true,
    valueOf,
    prepare: withoutOutliers,
    // Medians of counts that are nearly constant jump by 1, or do not move at all.
    centre: mean,
    inefficiency: 1,
    practical,
    // Each count is as good as any real number within half a connection of it.
    leastDeviation: ({ length }) => Math.sqrt(1 / 12 / length),
  }
}

function ratioMetric(
  name: MetricName,
  practical: number,
  valueOf: (window: Window) => number | undefined,
): Metric {
  return {
    name,
    effect: 'ratio',
    hasVerdict: true,
    followsLoad: true,
    valueOf,
    prepare: (values) => values.map((value) => Math.max(LEAST_VALUE, value)),
    centre: median,
    inefficiency: Math.PI / 2,
    practical,
    leastDeviation: ({ length }) => ROUNDED_RATIO / Math.sqrt(length),
  }
}

function errorRateOf({ operations, errors }: Window): number | undefined {
  return operations === undefined || errors === undefined || operations === 0
    ? undefined
    : errors / operations
}
