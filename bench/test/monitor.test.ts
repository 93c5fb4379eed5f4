import { describe, expect, it } from 'vitest'
import { Histogram } from '../src/monitor/histogram.ts'
import { mannWhitney } from '../src/monitor/mann-whitney.ts'
import { simulate } from '../src/monitor/simulate.ts'
import { randomFrom } from '../../packages/cli/src/monitor/statistics/random.ts'

describe('mannWhitney', () => {
  // By scipy.stats.mannwhitneyu(method='asymptotic') of SciPy 1.17.
  it.each([
    [[1.1, 2.3, 2.3, 4, 5.5, 6.1, 7.9], [2.3, 3.1, 6.1, 8, 8.8, 9.9, 10.4, 11], 0.0481310138],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [11, 12, 13, 14, 15, 16, 17, 18, 19, 20], 0.0001826718],
  ])('has the p-value of SciPy for %j and %j', (ones, others, expected) => {
    expect(mannWhitney(ones, others)).toBeCloseTo(expected, 5)
    expect(mannWhitney(others, ones)).toBeCloseTo(expected, 5)
  })

  it('is 1 where all values are the same', () => {
    expect(mannWhitney([3, 3, 3], [3, 3, 3])).toBe(1)
  })
})

describe('simulate', () => {
  const surroundings = { name: 'still', windows: 0, walk: 0, line: 0 }

  it.each([
    ['sequential', [0, 1, 2], [3, 4, 5]],
    ['interleaved', [0, 2, 4], [1, 3, 5]],
  ] as const)('has the windows of both arms where they lie when %s', (design, before, after) => {
    const arms = simulate({ design, count: 3, surroundings, ratio: 1, random: randomFrom(1) })
    const starts = arms.map(({ windows }) => windows.map(({ startedAt }) => startedAt / 10_000))

    expect(starts).toEqual([before, after])
  })

  it('makes the later arm slower by the ratio, and nothing else', () => {
    const settings = { design: 'sequential', count: 20, surroundings } as const
    const [, same] = simulate({ ...settings, ratio: 1, random: randomFrom(1) })
    const [, slower] = simulate({ ...settings, ratio: 1.2, random: randomFrom(1) })

    for (const [at, { latency }] of slower.windows.entries()) {
      expect(latency?.p95).toBeCloseTo(1.2 * (same.windows[at]?.latency?.p95 ?? 0), 8)
    }
  })

  it('has quantiles of log-normal latencies', () => {
    const [{ latencies, windows }] = simulate({
      design: 'sequential',
      count: 20,
      surroundings,
      ratio: 1,
      random: randomFrom(1),
    })

    expect(latencies).toHaveLength(20_000)
    // 10 e^(0.5 × 1.645), and e^(0.5 × 2.326) times as much.
    const means = (['p50', 'p95', 'p99'] as const).map((name) =>
      mean(windows.map(({ latency }) => latency?.[name] ?? 0)),
    )
    for (const [place, expected] of [10, 22.8, 32].entries()) {
      expect(Math.abs((means[place] ?? 0) / expected - 1)).toBeLessThan(0.03)
    }
  })
})

describe('Histogram', () => {
  it('tells cumulative counts, the sum and the count', () => {
    const histogram = new Histogram({ release: 'v1' })
    for (const seconds of [0.0005, 0.0205, 0.0205, 90]) histogram.add(seconds)
    const text = histogram.text()

    const buckets = [...text.matchAll(/le="([^"]+)"} (\d+)/g)].map(([, bound, count]) => [
      Number(bound),
      Number(count),
    ])
    const below = (seconds: number): number | undefined =>
      buckets.findLast(([bound = Infinity]) => bound <= seconds)?.[1]
    expect(below(0.001)).toBe(1)
    expect(below(0.0205)).toBe(1)
    expect(below(0.021)).toBe(3)
    expect(text).toContain('{release="v1",le="+Inf"} 4')
    expect(text).toContain('_count{release="v1"} 4')
    expect(text).toMatch(/_sum\{release="v1"\} 90\.04/)
  })
})

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
