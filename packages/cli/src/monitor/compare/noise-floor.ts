import type { NoiseSource } from '../comparison.ts'
import { quantile } from '../statistics/centre.ts'
import type { Window } from '../window.ts'
import { effectOf, type Metric } from './metric.ts'
import { valuesOf, wholePairs } from './metric-values.ts'
import { pairNeighbours, pairWindows } from './pair-windows.ts'

const FEWEST_WINDOWS = 20
const FLIPS = 499
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
  const ones = valuesOf(
    metric,
    pairs.map(([one]) => one),
  )
  const others = valuesOf(
    metric,
    pairs.map(([, other]) => other),
  )
  const flips = Array.from({ length: FLIPS }, () => {
    const isFlipped = ones.map(() => random() < 0.5)
    return sizeOf(metric, pick(isFlipped, others, ones), pick(isFlipped, ones, others))
  })
  const byChance = quantile(flips, SHARE) * Math.sqrt(pairs.length / count)
  return arms ? Math.max(byChance, sizeOf(metric, ones, others)) : byChance
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
  if (arms) return sizeOf(metric, valuesOf(metric, arms[0]), valuesOf(metric, arms[1]))
  const values = valuesOf(metric, windows)
  const length = Math.min(count, Math.floor(values.length / 2))
  if (length < FEWEST_WINDOWS / 2) return undefined
  const starts = values.length - 2 * length + 1
  const sizes = Array.from({ length: starts }, (_, start) => {
    const middle = start + length
    return sizeOf(metric, values.slice(start, middle), values.slice(middle, middle + length))
  })
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

function sizeOf(metric: Metric, ones: readonly number[], others: readonly number[]): number {
  return Math.abs(effectOf(metric, metric.centre(ones), metric.centre(others)))
}

/** Of each pair of values the first one where it is picked, else the second. */
function pick(
  isFirst: readonly boolean[],
  firsts: readonly number[],
  seconds: readonly number[],
): number[] {
  return isFirst.map((is, at) => (is ? firsts[at] : seconds[at]) ?? Number.NaN)
}
