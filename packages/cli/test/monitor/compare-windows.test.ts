import { describe, expect, it } from 'vitest'
import { compareWindows } from '../../src/monitor/compare-windows.ts'
import type {
  Comparison,
  CompareOptions,
  Design,
  MetricComparison,
  MetricName,
} from '../../src/monitor/comparison.ts'
import { holm } from '../../src/monitor/statistics/holm.ts'
import type { Window } from '../../src/monitor/window.ts'
import { recordArm, recordArms, WINDOW_MS, type ArmSettings } from './windows-fixture.ts'

const DESIGNS: readonly Design[] = ['sequential', 'interleaved']

function compare(
  design: Design,
  before: ArmSettings,
  after: ArmSettings,
  options: Partial<CompareOptions> = {},
): Comparison {
  return compareWindows(...recordArms(design, before, after), { design, ...options })
}

function metricOf({ metrics }: Comparison, name: MetricName): MetricComparison {
  const found = metrics.find(({ metric }) => metric === name)
  if (found === undefined) throw new Error(`${name} was not compared.`)
  return found
}

describe.each(DESIGNS)('compareWindows, %s', (design) => {
  it('finds no regression where nothing changed', () => {
    const comparison = compare(design, {}, {})

    expect(comparison).toMatchObject({ verdict: 'no-regression', refusals: [] })
    expect(comparison.metrics.map(({ metric, verdict }) => [metric, verdict])).toEqual([
      ['connections', 'same'],
      ['peakConnections', 'same'],
      ['p50', 'same'],
      ['p95', 'same'],
      ['p99', 'same'],
      ['errorRate', 'same'],
      ['throughput', 'same'],
    ])
  })

  it('finds latency that grew by 20 %, with the ratio of the medians in its interval', () => {
    const [before, after] = recordArms(design, { p50: 10 }, { p50: 12 })
    const comparison = compareWindows(before, after, { design })

    expect(comparison.verdict).toBe('regression')
    const p95 = metricOf(comparison, 'p95')
    expect(p95).toMatchObject({ verdict: 'worse', effect: 'ratio' })
    expect(p95.before).toBe(middle(before.map(({ latency }) => latency?.p95 ?? 0)))
    expect(p95.after).toBe(middle(after.map(({ latency }) => latency?.p95 ?? 0)))
    expect(p95.ratio).toBe(p95.after / p95.before)
    expect(p95.interval[0]).toBeGreaterThan(1.1)
    expect(p95.interval[0]).toBeLessThan(p95.ratio)
    expect(p95.interval[1]).toBeGreaterThan(p95.ratio)
    expect(p95.interval[1]).toBeLessThan(1.3)
    expect(p95.pValue).toBeLessThan(0.01)
    expect(p95.noiseFloor).toBeGreaterThanOrEqual(1)
    expect(p95.noiseFloor).toBeLessThan(1.1)
  })

  it('calls latency that fell by 20 % better, which is no regression', () => {
    const comparison = compare(design, { p50: 12 }, { p50: 9.6 })

    expect(metricOf(comparison, 'p50').verdict).toBe('better')
    expect(comparison.verdict).toBe('no-regression')
  })

  it('calls a change that is shown but small the same', () => {
    const comparison = compare(design, { p50: 10, noise: 0.01 }, { p50: 10.5, noise: 0.01 })

    expect(metricOf(comparison, 'p50')).toMatchObject({ verdict: 'same' })
    expect(metricOf(comparison, 'p50').pValue).toBeLessThan(0.01)
    expect(comparison.verdict).toBe('no-regression')
  })

  it('leaves open what is as large as counts and not shown', () => {
    const comparison = compare(design, { count: 20, noise: 0.6 }, { count: 20, noise: 0.6 })

    expect(metricOf(comparison, 'p95').verdict).toBe('unclear')
    expect(comparison.verdict).toBe('inconclusive')
  })

  it('counts a change from the ratio on that is asked for', () => {
    const arms = [
      { p50: 10, noise: 0.02 },
      { p50: 12, noise: 0.02 },
    ] as const

    expect(compare(design, ...arms, { practicalRatio: 1.15 }).verdict).toBe('regression')
    expect(compare(design, ...arms, { practicalRatio: 1.3 }).verdict).toBe('no-regression')
  })

  it('does not call a change what is no more than noise', () => {
    // An A/A recording whose second half is half as slow again.
    const first = recordArm({ count: 30, noise: 0.02 })
    const second = recordArm({ count: 30, noise: 0.02, p50: 15 }, { first: 30 })
    const noise = [
      ...first.map((window) => ({ ...window, arm: 'one' })),
      ...second.map((window) => ({
        ...window,
        arm: 'other',
        startedAt: design === 'interleaved' ? window.startedAt - 30 * WINDOW_MS : window.startedAt,
      })),
    ]
    const arms = [
      { p50: 10, noise: 0.02 },
      { p50: 12, noise: 0.02 },
    ] as const
    const comparison = compare(design, ...arms, { noise })

    expect(comparison.noiseFrom).toBe('noise')
    expect(metricOf(comparison, 'p50').noiseFloor).toBeGreaterThan(1.4)
    expect(metricOf(comparison, 'p50').verdict).not.toBe('worse')
    expect(comparison.verdict).not.toBe('regression')
  })

  it('finds a growth of 1 connection', () => {
    const comparison = compare(design, { connections: 10 }, { connections: 11 })

    expect(comparison.verdict).toBe('regression')
    expect(metricOf(comparison, 'connections')).toMatchObject({
      effect: 'difference',
      verdict: 'worse',
    })
    expect(metricOf(comparison, 'connections').difference).toBeCloseTo(1, 0)
    expect(metricOf(comparison, 'peakConnections').verdict).toBe('worse')
  })

  it('finds a growth of 1 among counts that never move', () => {
    const still = (count: number) => ({ mean: count, max: count })
    const [before, after] = recordArms(design, { count: 20 }, { count: 20 })
    const comparison = compareWindows(
      before.map((window) => ({ ...window, connections: still(10) })),
      after.map((window) => ({ ...window, connections: still(11) })),
      { design },
    )

    expect(metricOf(comparison, 'connections')).toMatchObject({ difference: 1, verdict: 'worse' })
    const [least, most] = metricOf(comparison, 'connections').interval
    expect(least).toBeGreaterThan(0.5)
    expect(most - least).toBeGreaterThan(0.1)
  })

  it('is not led astray by one window with many connections', () => {
    const [before, after] = recordArms(design)
    const [first, ...others] = after
    const spike = { ...first, connections: { mean: 30, max: 60 } } as Window
    const comparison = compareWindows(before, [spike, ...others], { design })

    expect(metricOf(comparison, 'peakConnections').verdict).toBe('same')
    expect(comparison.verdict).toBe('no-regression')
  })

  it('finds errors that were not there before', () => {
    const comparison = compare(design, { errors: 0 }, { errors: 8 })

    expect(metricOf(comparison, 'errorRate')).toMatchObject({
      before: 0,
      after: expect.closeTo(0.008, 10),
      ratio: Infinity,
      difference: expect.closeTo(0.008, 10),
      verdict: 'worse',
    })
    expect(comparison.verdict).toBe('regression')
  })

  it('does not take few operations without an error for proof of none', () => {
    const few = { count: 20, operations: 100 }
    const comparison = compare(design, few, few)

    expect(metricOf(comparison, 'errorRate')).toMatchObject({
      difference: 0,
      ratio: 1,
      verdict: 'unclear',
    })
  })

  it('gives the same result for the same windows and seed', () => {
    const arms = recordArms(design, { p50: 10 }, { p50: 11 })

    expect(compareWindows(...arms, { design })).toEqual(compareWindows(...arms, { design }))
    expect(compareWindows(...arms, { design, seed: 2 })).not.toEqual(
      compareWindows(...arms, { design }),
    )
  })

  it('does not depend on the order in which windows are given', () => {
    const [before, after] = recordArms(design, { p50: 10 }, { p50: 11 })

    expect(compareWindows(before.toReversed(), after.toReversed(), { design })).toEqual(
      compareWindows(before, after, { design }),
    )
  })

  it('has the same ratios where both arms are twice as slow', () => {
    const [before, after] = recordArms(design, { p50: 10 }, { p50: 12 })
    const [one, other] = [
      compareWindows(before, after, { design }),
      compareWindows(before.map(twiceAsSlow), after.map(twiceAsSlow), { design }),
    ]

    for (const name of ['p50', 'p95', 'p99'] as const) {
      const [plain, scaled] = [metricOf(one, name), metricOf(other, name)]
      expect(scaled.ratio).toBeCloseTo(plain.ratio, 10)
      expect(scaled.interval[0]).toBeCloseTo(plain.interval[0], 10)
      expect(scaled.interval[1]).toBeCloseTo(plain.interval[1], 10)
      expect(scaled.pValue).toBeCloseTo(plain.pValue, 10)
      expect(scaled.verdict).toBe(plain.verdict)
    }
  })

  it('inverts ratios and verdicts where the arms are swapped', () => {
    const [before, after] = recordArms(design, { p50: 10 }, { p50: 12 })
    const forth = metricOf(compareWindows(before, after, { design }), 'p95')
    const back = metricOf(compareWindows(after, before, { design }), 'p95')

    expect(back.ratio).toBeCloseTo(1 / forth.ratio, 10)
    expect(back.interval[0]).toBeCloseTo(1 / forth.interval[1], 1)
    expect(back.interval[1]).toBeCloseTo(1 / forth.interval[0], 1)
    expect([forth.verdict, back.verdict]).toEqual(['worse', 'better'])
  })

  it('corrects p-values for how many metrics are judged', () => {
    const [before, after] = recordArms(design, {}, {})
    const all = compareWindows(before, after, { design })
    const alone = compareWindows(before.map(onlyConnections), after.map(onlyConnections), {
      design,
    })

    expect(metricOf(all, 'connections').pValue).toBe(metricOf(alone, 'connections').pValue)
    for (const { metrics } of [all, alone]) {
      const judged = metrics.filter(({ metric }) => metric !== 'throughput')
      expect(judged.map(({ adjustedPValue }) => adjustedPValue)).toEqual(
        holm(judged.map(({ pValue }) => pValue)),
      )
    }
  })

  it('never says that load got worse', () => {
    const comparison = compare(design, { operations: 1_200 }, { operations: 1_050 })

    expect(metricOf(comparison, 'throughput').verdict).toBe('unclear')
    expect(comparison.verdict).toBe('no-regression')
  })

  it('judges what was recorded, and nothing else', () => {
    const [before, after] = recordArms(design)
    const comparison = compareWindows(before.map(onlyConnections), after.map(onlyConnections), {
      design,
    })

    expect(comparison.metrics.map(({ metric }) => metric)).toEqual([
      'connections',
      'peakConnections',
    ])
    expect(comparison.verdict).toBe('no-regression')
  })
})

describe('compareWindows', () => {
  it('calls only interleaved arms causal', () => {
    expect(compare('interleaved', {}, {}).causal).toBe(true)
    expect(compare('sequential', {}, {}).causal).toBe(false)
  })

  it('tells what noise was taken from', () => {
    expect(compare('interleaved', {}, {}).noiseFrom).toBe('before')
    expect(compare('interleaved', {}, {}, { noise: recordArm({ count: 40 }) }).noiseFrom).toBe(
      'noise',
    )
    expect(compare('interleaved', {}, {}, { noise: recordArm({ count: 19 }) }).noiseFrom).toBe(
      'before',
    )
    expect(compare('interleaved', { count: 5 }, {}).noiseFrom).toBe('none')
  })

  it('sees through a drift that moves interleaved arms alike', () => {
    const drifting = { trend: 1, noise: 0.05 }
    const same = compare('interleaved', drifting, drifting)
    const worse = compare('interleaved', drifting, { ...drifting, p50: 12 })

    expect(same.verdict).toBe('no-regression')
    expect(worse.verdict).toBe('regression')
    expect(metricOf(worse, 'p50').drift).toBeUndefined()
  })

  it('does not put down to the later arm what has drifted all the time', () => {
    // Latency grows from 10 to 20 ms over both arms, as if nothing happened between them.
    const before = recordArm({ trend: 0.5, noise: 0.02 })
    const after = recordArm({ p50: 15, trend: 1 / 3, noise: 0.02 }, { first: 60 })
    const comparison = compareWindows(before, after, { design: 'sequential' })

    const p50 = metricOf(comparison, 'p50')
    expect(p50.ratio).toBeGreaterThan(1.3)
    expect(p50.verdict).toBe('unclear')
    expect(p50.interval[0]).toBeLessThan(1)
    expect(p50.pValue).toBeGreaterThan(0.3)
    expect(p50.drift).toBeGreaterThan(1.3)
    expect(comparison.verdict).toBe('inconclusive')
    expect(comparison.refusals).toContainEqual(
      expect.objectContaining({ code: 'DRIFT', metrics: ['p50'] }),
    )
  })

  it('still finds a change that is far beyond the drift', () => {
    const before = recordArm({ trend: 0.2, noise: 0.02 })
    const after = recordArm({ p50: 60, trend: 0.2, noise: 0.02 }, { first: 60 })
    const comparison = compareWindows(before, after, { design: 'sequential' })

    expect(metricOf(comparison, 'p50').verdict).toBe('worse')
  })

  it('knows less of arms with time between them', () => {
    const widthOf = (pause: number): number => {
      const before = recordArm({ trend: 0.3 })
      const after = recordArm({ trend: 0.3 }, { first: 60 + pause })
      const [least, most] = metricOf(
        compareWindows(before, after, { design: 'sequential' }),
        'p50',
      ).interval
      return most / least
    }

    expect(widthOf(60)).toBeGreaterThan(widthOf(0))
    // What a recording of minutes says of days is nothing, and no infinite doubt either.
    expect(widthOf(100_000)).toBe(widthOf(1_000))
  })

  it('takes drift from A/A windows as well', () => {
    const [before, after] = recordArms('sequential', { count: 20 }, { count: 20, p50: 12 })
    const driftOf = (noise: Window[]): number =>
      metricOf(compareWindows(before, after, { design: 'sequential', noise }), 'p50').drift ?? 0

    expect(driftOf(recordArm({ count: 60, trend: 2 }))).toBeGreaterThan(
      driftOf(recordArm({ count: 60 })),
    )
  })
})

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return ((sorted[sorted.length / 2 - 1] ?? 0) + (sorted[sorted.length / 2] ?? 0)) / 2
}

function twiceAsSlow(window: Window): Window {
  if (window.latency === undefined) return window
  const { p50, p95, p99, count } = window.latency
  return { ...window, latency: { p50: 2 * p50, p95: 2 * p95, p99: 2 * p99, count } }
}

function onlyConnections({ startedAt, durationMs, connections }: Window): Window {
  return { startedAt, durationMs, ...(connections && { connections }) }
}
