import { bootstrap } from '../statistics/block-bootstrap.ts'
import { blockLengthOf } from '../statistics/block-length.ts'
import { variance } from '../statistics/centre.ts'
import { crossing } from '../statistics/crossing.ts'
import { Drift, type Shares } from '../statistics/drift.ts'
import type { Window } from '../window.ts'
import { RESAMPLES, type Estimate, type Level } from './estimate.ts'
import { effectOf, type Metric } from './metric.ts'
import { scaledValuesOf, valuesOf } from './metric-values.ts'
import { endOf, stepOf } from './pair-windows.ts'

/**
 * Compares two arms of which one came after the other. The interval is that of resampling, widened
 * by what the metric may drift from one arm to the other, as it drifts inside of them.
 *
 * @param noise - Windows of an A/A recording, which tell of drift too; may be empty.
 */
export function estimateArms(
  metric: Metric,
  arms: readonly [before: readonly Window[], after: readonly Window[]],
  noise: readonly Window[],
  { alpha, random }: Level,
): Estimate {
  const [before, after] = [armOf(metric, arms[0], random), armOf(metric, arms[1], random)]
  const effect = effectOf(metric, before.centre, after.centre)
  const drift = new Drift(
    arms.map((arm) => scaledValuesOf(metric, arm)),
    noise.length > 0 ? [scaledValuesOf(metric, noise)] : [],
  )
  const shares = sharesOf(metric, arms, before.variance + after.variance)
  const half = crossing((difference) => drift.chanceBeyond(difference, shares), alpha)
  return {
    before: before.centre,
    after: after.centre,
    effect,
    interval: [effect - half, effect + half],
    drift: crossing((difference) => drift.chanceOfDriftBeyond(difference, shares), alpha),
    pValue: drift.chanceBeyond(effect, shares),
    driftChance: drift.chanceOfDriftBeyond(metric.practical, shares),
  }
}

/** A typical value of an arm, and how far off it may be by what windows differ. */
function armOf(
  metric: Metric,
  windows: readonly Window[],
  random: () => number,
): { centre: number; variance: number } {
  const values = valuesOf(metric, windows)
  const centre = metric.centre(values)
  const offAt = (places: readonly number[]): number =>
    effectOf(metric, centre, metric.centre(places.map((place) => values[place] ?? Number.NaN)))
  const blockLength = blockLengthOf([scaledValuesOf(metric, windows)])
  const offs = bootstrap(values.length, blockLength, RESAMPLES, random, offAt)
  return { centre, variance: variance(offs) + metric.leastDeviation(windows) ** 2 }
}

/**
 * Noise averages out over the windows of an arm; drift goes on, also between the arms. How it goes
 * on for longer than the arms themselves is not in them, and no more than that is taken.
 */
function sharesOf(
  { inefficiency }: Metric,
  arms: readonly [readonly Window[], readonly Window[]],
  least: number,
): Shares {
  const [{ length: before }, { length: after }] = arms
  const [first, last] = arms
    .map((arm) => ({ from: arm[0]?.startedAt ?? 0, to: Math.max(...arm.map(endOf)) }))
    .toSorted((one, other) => one.from - other.from)
  const pause = Math.max(0, (last?.from ?? 0) - (first?.to ?? 0)) / stepOf(arms.flat())
  const between = Math.min(pause, before + after)
  return {
    noise: inefficiency * (1 / before + 1 / after),
    steps: (before + after) / 3 + between,
    apart: (before + after) / 2 + between,
    least,
  }
}
