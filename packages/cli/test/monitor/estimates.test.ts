import { describe, expect, it } from 'vitest'
import { estimateArms } from '../../src/monitor/compare/estimate-arms.ts'
import { estimatePairs } from '../../src/monitor/compare/estimate-pairs.ts'
import { metricsOf, type Metric } from '../../src/monitor/compare/metric.ts'
import {
  noiseOfPairs,
  noiseOfStretches,
  noiseRecordingOf,
} from '../../src/monitor/compare/noise-floor.ts'
import { inOrder, pairNeighbours, pairWindows } from '../../src/monitor/compare/pair-windows.ts'
import type { MetricName } from '../../src/monitor/comparison.ts'
import { mean, median, variance } from '../../src/monitor/statistics/centre.ts'
import { randomFrom } from '../../src/monitor/statistics/random.ts'
import type { Window } from '../../src/monitor/window.ts'
import { recordArm, recordArms, WINDOW_MS } from './windows-fixture.ts'

const level = (): { alpha: number; random: () => number } => ({
  alpha: 0.05,
  random: randomFrom(1),
})

function metricNamed(name: MetricName): Metric {
  const metric = metricsOf({ design: 'interleaved' }).find((known) => known.name === name)
  if (metric === undefined) throw new Error(`There is no ${name}.`)
  return metric
}

function at(...starts: number[]): Window[] {
  return starts.map((start) => ({ startedAt: start * WINDOW_MS, durationMs: WINDOW_MS }))
}

/** The starts of both windows of each pair, in windows. */
function startsOf(before: Window[], after: Window[]): number[][] {
  return pairWindows(before, after).map((pair) =>
    pair.map(({ startedAt }) => startedAt / WINDOW_MS),
  )
}

describe('pairWindows', () => {
  it.each([
    [
      'at the same time',
      [0, 1, 2],
      [0, 1, 2],
      [
        [0, 0],
        [1, 1],
        [2, 2],
      ],
    ],
    [
      'by turns',
      [0, 2, 4],
      [1, 3, 5],
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
    ],
    [
      'by turns, the other way round each time',
      [0, 3, 4],
      [1, 2, 5],
      [
        [0, 1],
        [3, 2],
        [4, 5],
      ],
    ],
    [
      'with one missing',
      [0, 2, 6, 8],
      [1, 3, 5, 7, 9],
      [
        [0, 1],
        [2, 3],
        [6, 5],
        [8, 7],
      ],
    ],
    [
      'with a pause',
      [0, 10],
      [1, 11],
      [
        [0, 1],
        [10, 11],
      ],
    ],
    [
      'of which the others began before',
      [10, 12],
      [1, 3, 11, 13],
      [
        [10, 11],
        [12, 13],
      ],
    ],
    [
      'that began before the others',
      [1, 3, 11, 13],
      [10, 12],
      [
        [11, 10],
        [13, 12],
      ],
    ],
    ['far from each other', [0, 1], [10, 11], []],
  ])('pairs windows %s', (_, before, after, pairs) => {
    expect(startsOf(at(...before), at(...after))).toEqual(pairs)
  })
})

describe('pairNeighbours', () => {
  it('pairs each window of an arm with the next one, once', () => {
    const pairs = pairNeighbours(at(0, 1, 2, 3, 4))

    expect(pairs.map(([{ startedAt }, other]) => [startedAt, other.startedAt])).toEqual([
      [0, WINDOW_MS],
      [2 * WINDOW_MS, 3 * WINDOW_MS],
    ])
  })
})

describe('estimatePairs', () => {
  const p50 = metricNamed('p50')

  it('is surer with more windows', () => {
    const widths = [20, 60, 180].map((count) => {
      const pairs = pairWindows(...recordArms('interleaved', { count }, { count }))
      const [least, most] = estimatePairs(p50, pairs, level()).interval
      return most - least
    })

    expect(widths).toEqual(widths.toSorted((one, other) => other - one))
  })

  it('has the truth in nearly all of its intervals, in twenty windows as well', () => {
    let covered = 0
    for (let seed = 1; seed <= 100; seed++) {
      const arms = recordArms('interleaved', { count: 20 }, { count: 20, p50: 12 }, seed)
      const [least, most] = estimatePairs(p50, pairWindows(...arms), level()).interval
      if (least <= Math.log(1.2) && most >= Math.log(1.2)) covered++
    }

    expect(covered).toBeGreaterThanOrEqual(93)
  })

  it('has the width of a t interval where a mean is all that is asked for', () => {
    const connections = metricNamed('connections')
    const ratios = Array.from({ length: 20 }, (_, seed) => {
      // Differences that go up and down, so that neighbours are not alike.
      const random = randomFrom(seed)
      const [before, after] = recordArms('interleaved', { count: 20 }, { count: 20 })
      const pairs = pairWindows(
        before.map((window) => ({ ...window, connections: { mean: 50, max: 60 } })),
        after.map((window, place) => {
          const count = 50 + (place % 2 === 0 ? 4 : -4) * random()
          return { ...window, connections: { mean: count, max: 60 } }
        }),
      )
      const differences = pairs.map(([one, other]) => {
        return (other.connections?.mean ?? 0) - (one.connections?.mean ?? 0)
      })
      const [least, most] = estimatePairs(connections, pairs, level()).interval
      const deviation = Math.sqrt((variance(differences) * 20) / 19)
      return (most - least) / (2 * 2.0930240544 * (deviation / Math.sqrt(20)))
    })

    expect(mean(ratios)).toBeGreaterThan(0.97)
    expect(mean(ratios)).toBeLessThan(1.06)
  })

  it('is less sure where neighbours are alike than where the same values are mixed', () => {
    const [before, after] = recordArms('interleaved', { noise: 0.01 }, { noise: 0.01 })
    const grownBy = (growth: readonly number[]): Window[] =>
      after.map((window, place) => ({
        ...window,
        latency: { p50: 10 * (1 + (growth[place] ?? 0)), p95: 1, p99: 1, count: 1_000 },
      }))
    const waves = before.map((_, place) => 0.03 + 0.1 * Math.sin((2 * Math.PI * place) / 30))
    const mixed = waves.map((_, place) => waves[(place * 23) % 60] ?? 0)
    const [inWaves, inDisorder] = [waves, mixed].map((growth) =>
      estimatePairs(p50, pairWindows(before, grownBy(growth)), level()),
    )

    expect(inWaves?.effect).toBeCloseTo(inDisorder?.effect ?? 0, 1)
    expect(inWaves?.pValue).toBeGreaterThan(3 * (inDisorder?.pValue ?? 1))
  })

  it('leaves out pairs of which one side was not measured', () => {
    const [before, after] = recordArms('interleaved')
    const holed = after.map((window, place) =>
      place === 3 ? { startedAt: window.startedAt, durationMs: window.durationMs } : window,
    )
    const without = (windows: readonly Window[]): Window[] =>
      windows.filter((_, place) => place !== 3)

    expect(estimatePairs(p50, pairWindows(before, holed), level())).toEqual(
      estimatePairs(p50, pairWindows(without(before), without(after)), level()),
    )
  })
})

describe('estimateArms', () => {
  const p50 = metricNamed('p50')

  it('has the truth in nearly all of its intervals, whether latency walks or not', () => {
    for (const step of [0, 0.02]) {
      let covered = 0
      for (let seed = 1; seed <= 100; seed++) {
        const arms = walking(
          recordArms('sequential', { count: 30 }, { count: 30 }, seed),
          step,
          seed,
        )
        const [least, most] = estimateArms(p50, arms, [], level()).interval
        if (least <= 0 && most >= 0) covered++
      }

      expect([step, covered >= 92]).toEqual([step, true])
    }
  })

  it('is hardly less sure for one window that is far off', () => {
    const [before, after] = recordArms('sequential')
    const spoilt = after.map((window, place) =>
      place === 5 ? { ...window, latency: { p50: 1_000, p95: 1, p99: 1, count: 1_000 } } : window,
    )
    const [width = 0, spoiltWidth = 0] = [after, spoilt].map((arm) => {
      const [least, most] = estimateArms(p50, [before, arm], [], level()).interval
      return most - least
    })

    expect(spoiltWidth).toBeLessThan(1.5 * width)
  })

  it('knows that medians are less efficient than means', () => {
    const arms = recordArms('sequential')
    const [near, far] = [1, 9].map((inefficiency) => {
      const [least, most] = estimateArms({ ...p50, inefficiency }, arms, [], level()).interval
      return most - least
    })
    const medians = Array.from({ length: 2_000 }, (_, seed) =>
      median(recordArm({ count: 31, noise: 1 }, { random: randomFrom(seed) }).map(logOfP50)),
    )

    expect(far).toBeGreaterThan(1.1 * (near ?? 0))
    expect(31 * variance(medians)).toBeGreaterThan(0.9 * p50.inefficiency)
    expect(31 * variance(medians)).toBeLessThan(1.1 * p50.inefficiency)
  })

  it('is no surer than resampling the windows is', () => {
    // Windows that alternate: what moves slowly is nothing at all.
    const arm = (first: number): Window[] =>
      recordArm({ noise: 0 }, { first }).map((window, place) => ({
        ...window,
        latency: { p50: place % 2 === 0 ? 8 : 12.5, p95: 1, p99: 1, count: 1_000 },
      }))
    const [least, most] = estimateArms(p50, [arm(0), arm(60)], [], level()).interval

    expect(most - least).toBeGreaterThan(0.1)
  })
})

describe('noise floors', () => {
  const p50 = metricNamed('p50')
  const from = (windows: Window[]) => noiseRecordingOf([], windows)

  it('of pairs are those that 95 of 100 ways of swapping stay below', () => {
    const noise = from(recordArm({ count: 120, noise: 0.1 }))
    const floor = noiseOfPairs(p50, noise, 60, randomFrom(1)) ?? 0

    // Two medians of 60 with a deviation of 0.1 each differ by 0.1 √(π / 60) or so, 95 in 100 by twice that.
    expect(floor).toBeGreaterThan(0.03)
    expect(floor).toBeLessThan(0.065)
  })

  it('of pairs are lower the more pairs are compared', () => {
    const noise = from(recordArm({ count: 120, noise: 0.1 }))
    const [few = 0, many = 0] = [60, 240].map((count) =>
      noiseOfPairs(p50, noise, count, randomFrom(1)),
    )

    expect(many).toBeCloseTo(few / 2, 10)
  })

  it('are as high as two arms with no change differ', () => {
    const arms = [
      recordArm({ count: 30 }, { step: 2 }).map((window) => ({ ...window, arm: 'one' })),
      recordArm({ count: 30, p50: 13 }, { first: 1, step: 2 }).map((window) => ({
        ...window,
        arm: 'other',
      })),
    ]

    const noise = from(inOrder(arms.flat()))
    expect(noiseOfPairs(p50, noise, 30, randomFrom(1))).toBeCloseTo(Math.log(1.3), 1)
    expect(noiseOfStretches(p50, noise, 30)).toBeCloseTo(Math.log(1.3), 1)
  })

  it('of stretches are how much halves of the recording differ', () => {
    const halves = [
      ...recordArm({ count: 30, noise: 0 }),
      ...recordArm({ count: 30, noise: 0, p50: 14 }, { first: 30 }),
    ]

    expect(noiseOfStretches(p50, from(halves), 60)).toBeCloseTo(Math.log(1.4), 10)
  })

  it('of stretches as long as the arms are taken wherever they fit', () => {
    const jump = [
      ...recordArm({ count: 50, noise: 0 }),
      ...recordArm({ count: 10, noise: 0, p50: 14 }, { first: 50 }),
    ]

    // Halves have the same median; stretches of ten windows see the jump.
    expect(noiseOfStretches(p50, from(jump), 60)).toBeCloseTo(0, 10)
    expect(noiseOfStretches(p50, from(jump), 10)).toBeGreaterThan(0)
  })

  it('are unknown without enough windows that have the metric', () => {
    const few = from(
      recordArm({ count: 60 }).map(({ startedAt, durationMs }) => ({ startedAt, durationMs })),
    )

    expect(noiseOfPairs(p50, few, 60, randomFrom(1))).toBeUndefined()
    expect(noiseOfStretches(p50, few, 60)).toBeUndefined()
  })
})

function logOfP50({ latency }: Window): number {
  return Math.log(latency?.p50 ?? Number.NaN)
}

/** Both arms, after a walk at random that goes on from one to the other. */
function walking(arms: [Window[], Window[]], step: number, seed: number): [Window[], Window[]] {
  const random = randomFrom(1_000 + seed)
  let walk = 0
  const walked = (window: Window): Window => {
    // Of a deviation of 1, as near to normal as a walk needs.
    walk += step * Math.sqrt(12) * (random() - 0.5)
    if (window.latency === undefined) return window
    return { ...window, latency: { ...window.latency, p50: window.latency.p50 * Math.exp(walk) } }
  }
  return [arms[0].map(walked), arms[1].map(walked)]
}
