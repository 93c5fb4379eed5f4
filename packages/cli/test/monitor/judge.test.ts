import { describe, expect, it } from 'vitest'
import { judge } from '../../src/monitor/compare/judge.ts'
import { metricsOf } from '../../src/monitor/compare/metric.ts'
import type { MetricName, MetricVerdict } from '../../src/monitor/comparison.ts'

/** Of a metric that counts from 1.1 on, as ratios. */
interface Case {
  readonly what: string
  readonly ratio: number
  readonly interval: readonly [number, number]
  readonly adjustedPValue?: number
  readonly noiseFloor?: number
  readonly verdict: MetricVerdict
}

const CASES: readonly Case[] = [
  { what: 'a growth that passes all', ratio: 1.2, interval: [1.15, 1.25], verdict: 'worse' },
  { what: 'a fall that passes all', ratio: 0.8, interval: [0.75, 0.85], verdict: 'better' },
  { what: 'a growth of just what counts', ratio: 1.1, interval: [1.05, 1.15], verdict: 'worse' },
  { what: 'a growth of less', ratio: 1.09, interval: [1.05, 1.13], verdict: 'unclear' },
  {
    what: 'a growth that is shown to be small',
    ratio: 1.05,
    interval: [1.02, 1.08],
    verdict: 'same',
  },
  {
    what: 'a fall that is shown to be small',
    ratio: 0.95,
    interval: [0.92, 0.98],
    verdict: 'same',
  },
  { what: 'nothing, closely', ratio: 1, interval: [0.95, 1.05], verdict: 'same' },
  { what: 'nothing, roughly', ratio: 1, interval: [0.85, 1.15], verdict: 'unclear' },
  { what: 'an interval with 1 in it', ratio: 1.2, interval: [0.98, 1.45], verdict: 'unclear' },
  {
    what: 'a p-value that is too large among those of all metrics',
    ratio: 1.2,
    interval: [1.02, 1.4],
    adjustedPValue: 0.051,
    verdict: 'unclear',
  },
  {
    what: 'no more than noise',
    ratio: 1.2,
    interval: [1.15, 1.25],
    noiseFloor: 1.2,
    verdict: 'unclear',
  },
  {
    what: 'more than noise',
    ratio: 1.2,
    interval: [1.15, 1.25],
    noiseFloor: 1.19,
    verdict: 'worse',
  },
]

function verdictOf(name: MetricName, each: Case): MetricVerdict {
  const metric = metricsOf({ design: 'interleaved' }).find((known) => known.name === name)
  if (metric === undefined) throw new Error(`There is no ${name}.`)
  const { ratio, interval, adjustedPValue = 0.05, noiseFloor } = each
  return judge(
    metric,
    {
      before: 1,
      after: ratio,
      effect: Math.log(ratio),
      interval: [Math.log(interval[0]), Math.log(interval[1])],
      drift: undefined,
      driftChance: 0,
      pValue: 0.01,
    },
    {
      adjustedPValue,
      noiseFloor: noiseFloor === undefined ? undefined : Math.log(noiseFloor),
      alpha: 0.05,
    },
  )
}

describe('judge', () => {
  it.each(CASES)('calls $what $verdict', (each) => {
    expect(verdictOf('p95', each)).toBe(each.verdict)
  })

  it('calls a load that changed unclear, and one that did not the same', () => {
    const [worse, , , , , , same] = CASES

    expect(worse && verdictOf('throughput', worse)).toBe('unclear')
    expect(same && verdictOf('throughput', same)).toBe('same')
  })
})
