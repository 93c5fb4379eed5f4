import { describe, expect, it } from 'vitest'
import type { MetricComparison } from '../src/monitor/comparison.ts'
import type { ComparedRecordings } from '../src/monitor/comparing/compare-recordings.ts'
import { formatComparison } from '../src/monitor/comparing/format-comparison.ts'
import { formatDuration, parseDuration } from '../src/monitor/duration.ts'
import { formatNumber } from '../src/monitor/format-figure.ts'
import { displayWidth } from '../src/report/display-width.ts'
import { plain, type Paint } from '../src/report/paint.ts'
import { madeUpWindows } from './monitor-recordings.ts'

const FACTS = { drift: undefined, pValue: 0.001, adjustedPValue: 0.002 }

const METRICS: readonly MetricComparison[] = [
  {
    ...FACTS,
    metric: 'p95',
    effect: 'ratio',
    before: 45.6,
    after: 61,
    ratio: 1.337,
    difference: 15.4,
    interval: [1.29, 1.38],
    noiseFloor: 1.04,
    verdict: 'worse',
  },
  {
    ...FACTS,
    metric: 'connections',
    effect: 'difference',
    before: 20,
    after: 19,
    ratio: 0.95,
    difference: -1,
    interval: [-1.2, -0.8],
    noiseFloor: undefined,
    verdict: 'better',
  },
  {
    ...FACTS,
    metric: 'errorRate',
    effect: 'difference',
    before: 0,
    after: 0.0012,
    ratio: Infinity,
    difference: 0.0012,
    interval: [-0.0001, 0.0025],
    noiseFloor: 0.0005,
    verdict: 'unclear',
  },
]

const COMPARED: ComparedRecordings = {
  comparison: {
    design: 'sequential',
    causal: false,
    metrics: METRICS,
    refusals: [
      { code: 'DRIFT', metrics: ['errorRate'], evidence: {}, message: 'It drifts. Interleave.' },
    ],
    verdict: 'regression',
    noiseFrom: 'noise',
    windows: { before: 3, after: 3, pairs: 0 },
  },
  arms: {
    design: 'sequential',
    before: { name: 'b.jsonl', windows: madeUpWindows({ windows: 3 }) },
    after: { name: 'a.jsonl', windows: [] },
  },
  recordings: [],
  windowMs: 10_000,
  threshold: 0.1,
  divided: [],
  notes: [{ code: 'NOT_CAUSAL', message: 'It is not causal.' }],
}

describe('formatComparison', () => {
  it('is a table, then what it cannot tell, then the verdict', () => {
    expect(formatComparison(COMPARED, { paint: plain, width: undefined })).toMatchInlineSnapshot(`
      "before  b.jsonl, 3 windows of 10 s, 2026-11-23 10:00:00Z to 2026-11-23 10:00:30Z
      after   a.jsonl, no windows

      metric               before   after   change       95 % interval    noise  verdict
      connections (mean)       20      19       −1        −1.2 to −0.8  unknown  better
      latency p95         45.6 ms   61 ms    ×1.34      ×1.29 to ×1.38    ×1.04  worse
      failed operations       0 %  0.12 %  +0.12 %  −0.01 % to +0.25 %  ±0.05 %  unclear

      DRIFT: It drifts. Interleave.
      NOT_CAUSAL: It is not causal.

      Regression: latency p95 ×1.34.
      "
    `)
  })

  it.each([45, 60, 70, 90])('leaves out columns that do not fit into %i', (width) => {
    const lines = formatComparison(COMPARED, { paint: plain, width }).split('\n')
    const table = lines.slice(3, 7)

    expect(Math.max(...table.map(displayWidth))).toBeLessThanOrEqual(width)
    for (const line of table.slice(1)) expect(line).toMatch(/(worse|better|unclear)$/)
    expect(table[0]).toContain('change')
  })

  it('colours verdicts', () => {
    const paint: Paint = (colour, text) => `<${colour}>${text}</>`

    const text = formatComparison(COMPARED, { paint, width: undefined })

    expect(text).toContain('<green>better</>')
    expect(text).toContain('<yellow>unclear</>')
    expect(text).toMatch(/<red>Regression: latency p95 ×1\.34\.<\/>\n$/)
  })
})

describe('formatNumber', () => {
  it.each<[value: number, text: string]>([
    [0, '0'],
    [0.000_123_4, '0.000123'],
    [12.345, '12.3'],
    [99.96, '100'],
    [123.4, '123'],
    [1_234_567, '1,234,567'],
    [Infinity, '∞'],
    [Number.NaN, '–'],
  ])('of %d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })
})

describe('durations', () => {
  it.each<[text: string, ms: number]>([
    ['500ms', 500],
    ['10s', 10_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
  ])('of %s is %i', (text, ms) => {
    expect(parseDuration('--for', text)).toBe(ms)
  })

  it.each(['', '10', 's', '-1s', '0s', '1d', '1 s', '0.5ms', '1e3s', '9999999s'])(
    'refuses %j',
    (text) => {
      expect(() => parseDuration('--for', text)).toThrow(/^--for takes a duration with its unit/)
    },
  )

  it.each<[ms: number, text: string]>([
    [500, '500 ms'],
    [0, '0 s'],
    [10_000, '10 s'],
    [125_000, '2:05 min'],
    [3_723_000, '1:02:03 h'],
  ])('of %i is told as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})
