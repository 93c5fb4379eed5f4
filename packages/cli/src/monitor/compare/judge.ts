import type { MetricVerdict } from '../comparison.ts'
import type { Estimate } from './estimate.ts'
import type { Metric } from './metric.ts'

/** What an estimate has to pass to be a change. */
export interface Judgement {
  readonly adjustedPValue: number
  readonly noiseFloor: number | undefined
  readonly alpha: number
}

/**
 * A change is one if its interval has no 0 in it, its p-value is below the level among those of all
 * metrics, and it is as large as what counts and larger than noise. Nothing changed if its interval
 * is inside of what does not count.
 */
export function judge(
  { practical, hasVerdict }: Metric,
  { effect, interval: [least, most] }: Estimate,
  { adjustedPValue, noiseFloor = 0, alpha }: Judgement,
): MetricVerdict {
  const isShown = (least > 0 || most < 0) && adjustedPValue <= alpha
  // A ratio of 1.1 is one of at least 1.1, whatever its logarithm is rounded to.
  const isLarge = Math.abs(effect) >= practical - Number.EPSILON && Math.abs(effect) > noiseFloor
  if (hasVerdict && isShown && isLarge) return effect > 0 ? 'worse' : 'better'
  return least > -practical && most < practical ? 'same' : 'unclear'
}
