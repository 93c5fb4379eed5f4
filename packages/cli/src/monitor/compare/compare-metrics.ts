import type { CompareOptions, MetricComparison, MetricName, Refusal } from '../comparison.ts'
import { holm } from '../statistics/holm.ts'
import { randomFrom } from '../statistics/random.ts'
import { estimateArms } from './estimate-arms.ts'
import { estimatePairs } from './estimate-pairs.ts'
import type { Estimate } from './estimate.ts'
import { judge } from './judge.ts'
import { metricsOf, told, type Metric } from './metric.ts'
import { noiseOfPairs, noiseOfStretches, type NoiseRecording } from './noise-floor.ts'
import { refuseDrift } from './refuse-drift.ts'
import { refuseLoad } from './refuse-load.ts'
import { isMeasured, NOTHING_RECORDED, refuseMetric } from './refuse-metric.ts'
import type { Arms } from './refuse-recording.ts'

const DEFAULT_ALPHA = 0.05
const DEFAULT_SEED = 1

/** What is known of a metric before all metrics are judged together. */
interface Measured {
  readonly metric: Metric
  readonly estimate: Estimate
  readonly noiseFloor: number | undefined
}

/** Every metric that a recording has, and why some of them are not judged. */
export interface ComparedMetrics {
  readonly metrics: readonly MetricComparison[]
  readonly refusals: readonly Refusal[]
  /** Those that take part in the verdict. */
  readonly judged: ReadonlySet<MetricName>
}

/** Compares metric by metric, and judges those that nothing speaks against. */
export function compareMetrics(
  arms: Arms,
  noise: NoiseRecording,
  options: CompareOptions,
): ComparedMetrics {
  const { alpha = DEFAULT_ALPHA } = options
  const recorded = metricsOf(options).filter(({ valueOf }) =>
    [...arms.before, ...arms.after].some((window) => valueOf(window) !== undefined),
  )
  const load = refuseLoad(arms, recorded, options.maxLoadDifference)
  const ofMetrics = recorded.flatMap((metric) => refuseMetric(metric, arms) ?? [])
  const refusals = [...(load ? [load] : []), ...ofMetrics]
  if (recorded.length === 0) refusals.push(NOTHING_RECORDED)
  const refused = new Set(refusals.flatMap(({ metrics }) => metrics))
  const measured = recorded
    .filter((metric) => isMeasured(metric, arms))
    .map((metric) => measure(metric, arms, noise, options))

  const candidates = measured.filter(
    ({ metric: { name, hasVerdict } }) => hasVerdict && !refused.has(name),
  )
  const adjusted = holm(candidates.map(({ estimate }) => estimate.pValue))
  const judged = new Map(candidates.map(({ metric }, at) => [metric.name, adjusted[at] ?? 1]))
  const metrics = measured.map((each) => comparisonOf(each, judged.get(each.metric.name), alpha))
  const drifting = candidates.flatMap(({ metric, estimate }) => {
    const verdict = metrics.find(({ metric: name }) => name === metric.name)?.verdict
    return verdict === 'unclear' ? (refuseDrift(metric, estimate) ?? []) : []
  })
  return { metrics, refusals: [...refusals, ...drifting], judged: new Set(judged.keys()) }
}

function measure(
  metric: Metric,
  arms: Arms,
  noise: NoiseRecording,
  { design, alpha = DEFAULT_ALPHA, seed = DEFAULT_SEED }: CompareOptions,
): Measured {
  // The same numbers for each, so that a metric does not depend on which others were recorded.
  const random = randomFrom(seed)
  const level = { alpha, random }
  if (design === 'interleaved') {
    const estimate = estimatePairs(metric, arms.pairs, level)
    return { metric, estimate, noiseFloor: noiseOfPairs(metric, noise, arms.pairs.length, random) }
  }
  const apart = noise.from === 'noise' ? noise.windows : []
  const estimate = estimateArms(metric, [arms.before, arms.after], apart, level)
  const length = Math.min(arms.before.length, arms.after.length)
  return { metric, estimate, noiseFloor: noiseOfStretches(metric, noise, length) }
}

/** @param adjustedPValue - undefined where the metric is not to be judged. */
function comparisonOf(
  { metric, estimate, noiseFloor }: Measured,
  adjustedPValue: number | undefined,
  alpha: number,
): MetricComparison {
  const { before, after, interval, drift, pValue } = estimate
  return {
    metric: metric.name,
    before,
    after,
    ratio: before === after ? 1 : after / before,
    difference: after - before,
    effect: metric.effect,
    interval: [told(metric, interval[0]), told(metric, interval[1])],
    noiseFloor: noiseFloor === undefined ? undefined : told(metric, noiseFloor),
    drift: drift === undefined ? undefined : told(metric, drift),
    pValue,
    adjustedPValue: adjustedPValue ?? pValue,
    verdict:
      metric.hasVerdict && adjustedPValue === undefined
        ? 'unclear'
        : judge(metric, estimate, { adjustedPValue: adjustedPValue ?? pValue, noiseFloor, alpha }),
  }
}
