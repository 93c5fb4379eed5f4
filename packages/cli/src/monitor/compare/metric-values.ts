import { withoutOutliers } from '../statistics/without-outliers.ts'
import type { Window } from '../window.ts'
import { effectOf, type Metric } from './metric.ts'
import type { Pair } from './pair-windows.ts'

/** The values of a metric, of the windows that have one. */
export function valuesOf(metric: Metric, windows: readonly Window[]): readonly number[] {
  return metric.prepare(windows.flatMap((window) => metric.valueOf(window) ?? []))
}

/** The same on the scale of effects, with outliers pulled in. */
export function scaledValuesOf(metric: Metric, windows: readonly Window[]): readonly number[] {
  const values = valuesOf(metric, windows)
  const centre = metric.centre(values)
  return withoutOutliers(values.map((value) => effectOf(metric, centre, value)))
}

/** The pairs that have a value on both sides. */
export function wholePairs(metric: Metric, pairs: readonly Pair[]): Pair[] {
  return pairs.filter((pair) => pair.every((window) => metric.valueOf(window) !== undefined))
}
