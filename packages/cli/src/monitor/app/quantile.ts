import { countOf, type Buckets } from './buckets.ts'

/** A value that a share of all values do not exceed, as well as buckets can tell it. */
export interface Quantile {
  /** Interpolated between the bounds of its bucket, as `histogram_quantile` of Prometheus does. */
  readonly value: number
  /** What is known for sure: between which bounds it lies. `null` is no upper bound. */
  readonly bucket: readonly [from: number, to: number | null]
}

/**
 * The quantile of buckets; undefined where there is nothing in them. Of what lies above the last
 * bound only the bound is known, which is then the value: a lower limit.
 */
export function quantileOf(buckets: Buckets, share: number): Quantile | undefined {
  const total = countOf(buckets)
  if (total <= 0) return undefined
  const rank = share * total
  let from = 0
  let below = 0
  for (const [bound, count] of [...buckets].toSorted(([one], [other]) => one - other)) {
    if (count >= rank && count > below) {
      if (bound === Infinity) return { value: from, bucket: [from, null] }
      const value = from + (bound - from) * ((rank - below) / (count - below))
      return { value, bucket: [from, bound] }
    }
    from = bound
    below = Math.max(below, count)
  }
  return undefined
}
