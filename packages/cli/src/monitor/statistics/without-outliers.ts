import { mean, median } from './centre.ts'

const FARTHEST = 4
// What the median and the mean distance from the centre are short of the standard deviation, where
// values are normal.
const OF_MEDIAN = 1.4826
const OF_MEAN = 1.2533

/**
 * Pulls values in to four standard deviations from the median. The deviation is the larger one of
 * two that outliers move little; of counts that are nearly constant one of them is often 0.
 */
export function withoutOutliers(values: readonly number[]): number[] {
  const centre = median(values)
  const distances = values.map((value) => Math.abs(value - centre))
  const deviation = Math.max(OF_MEDIAN * median(distances), OF_MEAN * mean(distances))
  const [least, most] = [centre - FARTHEST * deviation, centre + FARTHEST * deviation]
  return values.map((value) => Math.min(most, Math.max(least, value)))
}
