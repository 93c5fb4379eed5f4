import type { MetricComparison, MetricName } from '../comparison.ts'
import { formatMs, formatNumber, formatShare } from '../format-figure.ts'

interface MetricText {
  readonly name: string
  /** A value with its unit. */
  readonly value: (value: number) => string
}

const TEXTS: Readonly<Record<MetricName, MetricText>> = {
  connections: { name: 'connections (mean)', value: formatNumber },
  peakConnections: { name: 'connections (peak)', value: formatNumber },
  p50: { name: 'latency p50', value: formatMs },
  p95: { name: 'latency p95', value: formatMs },
  p99: { name: 'latency p99', value: formatMs },
  mean: { name: 'latency (mean)', value: formatMs },
  errorRate: { name: 'failed operations', value: formatShare },
  throughput: { name: 'operations a second', value: formatNumber },
}

export function metricName(metric: MetricName): string {
  return TEXTS[metric].name
}

export function valueText({ metric }: MetricComparison, value: number): string {
  return TEXTS[metric].value(value)
}

/** An effect as it is judged: a ratio as `×1.2`, a difference as `+1`. */
function effectText({ metric, effect }: MetricComparison, value: number): string {
  if (effect === 'ratio') return `×${formatRatio(value)}`
  const text = TEXTS[metric].value(Math.abs(value))
  const isZero = !/[1-9∞]/.test(text)
  return `${isZero ? '±' : value < 0 ? '−' : '+'}${text}`
}

export function changeText(metric: MetricComparison): string {
  const { effect, ratio, difference } = metric
  return effectText(metric, effect === 'ratio' ? ratio : difference)
}

export function intervalText(metric: MetricComparison): string {
  const [least, most] = metric.interval
  return `${effectText(metric, least)} to ${effectText(metric, most)}`
}

/** How much a comparison of the same version comes to; nothing where that is not known. */
export function noiseText(metric: MetricComparison): string {
  const { noiseFloor, effect } = metric
  if (noiseFloor === undefined) return 'unknown'
  if (effect === 'ratio') return `×${formatRatio(noiseFloor)}`
  return `±${effectText(metric, noiseFloor).slice(1)}`
}

function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) && ratio < 100 ? ratio.toFixed(2) : formatNumber(ratio)
}

const ORDER: readonly MetricName[] = [
  'connections',
  'peakConnections',
  'mean',
  'p50',
  'p95',
  'p99',
  'errorRate',
  'throughput',
]

/** Metrics as people look for them. */
export function inReadingOrder(metrics: readonly MetricComparison[]): MetricComparison[] {
  return metrics.toSorted((one, other) => ORDER.indexOf(one.metric) - ORDER.indexOf(other.metric))
}
