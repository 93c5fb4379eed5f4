import type { NoiseSource } from '../comparison.ts'
import { quantile } from '../statistics/centre.ts'
import type { Window } from '../window.ts'
import { effectOf, type Metric } from './metric.ts'
import { valuesOf, wholePairs } from './metric-values.ts'
import { pairNeighbours, pairWindows, type Pair } from './pair-windows.ts'

const FEWEST_WINDOWS = 20
const FLIPS = 999
const SHARE = 0.95

/** A recording in which nothing was changed. */
export interface NoiseRecording {
  readonly from: NoiseSource
  readonly windows: readonly Window[]
}

/** What to take noise floors from: A/A windows if they are enough, or else the arm from before. */
export function noiseRecordingOf(
  before: readonly Window[],
  noise: readonly Window[] = [],
): NoiseRecording {
  if (noise.length >= FEWEST_WINDOWS) return { from: 'noise', windows: noise }
  if (before.length >= FEWEST_WINDOWS) return { from: 'before', windows: before }
  return { from: 'none', windows: [] }
}

/**
 * The effect that 95 of 100 comparisons of neighbours stay below with no change, had they as many
 * pairs as this one. Where the recording has two arms, also how much those differ as they are.
 */
export function noiseOfPairs(
  metric: Metric,
  { windows }: NoiseRecording,
  count: number,
  random: () => number,
): number | undefined {
  const arms = armsIn(windows)
  const pairs = wholePairs(metric, arms ? pairWindows(...arms) : pairNeighbours(windows))
  if (pairs.length < FEWEST_WINDOWS / 2) return undefined
  const flips = Array.from({ length: FLIPS }, () =>
    sizeOfPairs(
      metric,
      pairs.map(([one, other]): Pair => (random() < 0.5 ? [one, other] : [other, one])),
    ),
  )
  const byChance = quantile(flips, SHARE) * Math.sqrt(pairs.length / count)
  return arms ? Math.max(byChance, sizeOfPairs(metric, pairs)) : byChance
}

/**
 * How much the first half of a recording and its second one differ, or any two stretches as long as
 * the arms, where it is that long.
 */
export function noiseOfStretches(
  metric: Metric,
  { windows }: NoiseRecording,
  count: number,
): number | undefined {
  const arms = armsIn(windows)
  if (arms) return sizeOf(metric, ...arms)
  const length = Math.min(count, Math.floor(windows.length / 2))
  if (length < FEWEST_WINDOWS / 2) return undefined
  const starts = windows.length - 2 * length + 1
  const sizes = Array.from({ length: starts }, (_, start) =>
    sizeOf(
      metric,
      windows.slice(start, start + length),
      windows.slice(start + length, start + 2 * length),
    ),
  )
  return quantile(sizes, SHARE)
}

/** The two arms of a recording that has two. */
function armsIn(windows: readonly Window[]): [Window[], Window[]] | undefined {
  const names = [...new Set(windows.map(({ arm }) => arm))]
  if (names.length !== 2) return undefined
  return [
    windows.filter(({ arm }) => arm === names[0]),
    windows.filter(({ arm }) => arm === names[1]),
  ]
}

function sizeOfPairs(metric: Metric, pairs: readonly Pair[]): number {
  return sizeOf(
    metric,
    pairs.map(([one]) => one),
    pairs.map(([, other]) => other),
  )
}

function sizeOf(metric: Metric, one: readonly Window[], other: readonly Window[]): number {
  const centreOf = (windows: readonly Window[]): number => metric.centre(valuesOf(metric, windows))
  return Math.abs(effectOf(metric, centreOf(one), centreOf(other)))
}
