import { describe, expect, it } from 'vitest'
import { addBuckets, bucketsSince, countOf, type Buckets } from '../src/monitor/app/buckets.ts'
import { quantileOf } from '../src/monitor/app/quantile.ts'

const buckets = (...entries: ReadonlyArray<readonly [number, number]>): Buckets => new Map(entries)

describe('quantileOf', () => {
  it.each<[what: string, counts: Buckets, share: number, value: number, bucket: unknown]>([
    ['interpolates', buckets([10, 0], [20, 100], [Infinity, 100]), 0.5, 15, [10, 20]],
    ['begins at 0', buckets([10, 100], [Infinity, 100]), 0.25, 2.5, [0, 10]],
    ['finds the bucket', buckets([1, 50], [5, 90], [10, 100], [Infinity, 100]), 0.95, 7.5, [5, 10]],
    ['takes an end of a bucket', buckets([1, 50], [5, 100], [Infinity, 100]), 0.5, 1, [0, 1]],
    [
      'passes over empty buckets',
      buckets([1, 0], [5, 0], [10, 4], [Infinity, 4]),
      0.5,
      7.5,
      [5, 10],
    ],
    ['knows a lower bound only', buckets([1, 50], [10, 60], [Infinity, 100]), 0.95, 10, [10, null]],
    ['sorts the bounds', buckets([Infinity, 100], [20, 100], [10, 0]), 0.5, 15, [10, 20]],
    ['has one value', buckets([1, 0], [5, 1], [Infinity, 1]), 0.99, 4.96, [1, 5]],
  ])('%s', (_, counts, share, value, bucket) => {
    expect(quantileOf(counts, share)).toEqual({ value: expect.closeTo(value, 6), bucket })
  })

  it('is none where there are no values', () => {
    expect(quantileOf(new Map(), 0.5)).toBeUndefined()
    expect(quantileOf(buckets([1, 0], [Infinity, 0]), 0.5)).toBeUndefined()
  })
})

describe('buckets', () => {
  const one = buckets([1, 1], [5, 3], [Infinity, 4])

  it('are added up where both have the bound', () => {
    expect([...addBuckets(one, buckets([1, 2], [10, 5], [Infinity, 6]))]).toEqual([
      [1, 3],
      [Infinity, 10],
    ])
  })

  it('are added to nothing', () => {
    expect(addBuckets(new Map(), one)).toBe(one)
    expect(addBuckets(one, new Map())).toBe(one)
  })

  it('are what came since', () => {
    expect([...bucketsSince(buckets([1, 4], [5, 9], [Infinity, 10]), one)]).toEqual([
      [1, 3],
      [5, 6],
      [Infinity, 6],
    ])
    expect(bucketsSince(one, new Map())).toBe(one)
  })

  it('are counted by the last of them', () => {
    expect(countOf(one)).toBe(4)
    expect(countOf(new Map())).toBe(0)
  })
})
