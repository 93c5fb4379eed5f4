/**
 * How many values were at most a bound, by the bound, as Prometheus counts: each bucket holds those
 * before it. The last bound is Infinity.
 */
export type Buckets = ReadonlyMap<number, number>

/** Adds up. Bounds that only one of them has are left out: what lies between the others is exact. */
export function addBuckets(one: Buckets, other: Buckets): Buckets {
  if (one.size === 0) return other
  if (other.size === 0) return one
  return combine(one, other, (a, b) => a + b)
}

/** What came since an earlier reading of the same counters. */
export function bucketsSince(now: Buckets, before: Buckets): Buckets {
  return before.size === 0 ? now : combine(now, before, (a, b) => a - b)
}

/** How many values there are. */
export function countOf(buckets: Buckets): number {
  return buckets.get(Infinity) ?? 0
}

function combine(
  one: Buckets,
  other: Buckets,
  count: (one: number, other: number) => number,
): Buckets {
  return new Map(
    [...one].flatMap(([bound, value]) => {
      const beside = other.get(bound)
      return beside === undefined ? [] : [[bound, count(value, beside)] as const]
    }),
  )
}
