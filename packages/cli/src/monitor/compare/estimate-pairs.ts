import { bootstrap } from '../statistics/block-bootstrap.ts'
import { blockLengthOf } from '../statistics/block-length.ts'
import { quantile } from '../statistics/centre.ts'
import { signFlipPValue } from '../statistics/sign-flip.ts'
import { normalQuantile, upperQuantile } from '../statistics/student-t.ts'
import { RESAMPLES, type Estimate, type Level } from './estimate.ts'
import { effectOf, type Metric } from './metric.ts'
import { valuesOf, wholePairs } from './metric-values.ts'
import type { Pair } from './pair-windows.ts'

/** Compares windows with their neighbours of the other arm: what moves slowly moves both. */
export function estimatePairs(
  metric: Metric,
  pairs: readonly Pair[],
  { alpha, random }: Level,
): Estimate {
  const whole = wholePairs(metric, pairs)
  const windows = [whole.map(([one]) => one), whole.map(([, other]) => other)] as const
  const [before, after] = [valuesOf(metric, windows[0]), valuesOf(metric, windows[1])]
  const differences = after.map((value, at) => effectOf(metric, before[at] ?? Number.NaN, value))
  const blockLength = blockLengthOf([differences])
  const effectAt = (places: readonly number[]): number =>
    effectOf(metric, metric.centre(pick(before, places)), metric.centre(pick(after, places)))

  const centres = [metric.centre(before), metric.centre(after)] as const
  const effect = effectOf(metric, ...centres)
  const effects = bootstrap(whole.length, blockLength, RESAMPLES, random, effectAt)
  const widening = wideningOf(Math.floor(whole.length / blockLength), alpha)
  const least =
    normalQuantile(alpha / 2) *
    Math.hypot(metric.leastDeviation(windows[0]), metric.leastDeviation(windows[1]))
  const sideAt = (share: number): number =>
    Math.hypot(widening * (quantile(effects, share) - effect), least)
  return {
    before: centres[0],
    after: centres[1],
    effect,
    interval: [effect - sideAt(alpha / 2), effect + sideAt(1 - alpha / 2)],
    drift: undefined,
    driftChance: 0,
    pValue: signFlipPValue(differences, blockLength, random),
  }
}

/**
 * What percentiles of resamples are short of an interval where there are few blocks: the resampling
 * takes the variance that it finds for the true one (Hesterberg).
 */
function wideningOf(blocks: number, alpha: number): number {
  const degrees = blocks - 1
  return (
    (upperQuantile(alpha / 2, degrees) / normalQuantile(alpha / 2)) * Math.sqrt(blocks / degrees)
  )
}

function pick(values: readonly number[], places: readonly number[]): number[] {
  return places.map((place) => values[place] ?? Number.NaN)
}
