import { describe, expect, it } from 'vitest'
import { compareWindows } from '../../src/monitor/compare-windows.ts'
import type { Comparison, Design, RefusalCode } from '../../src/monitor/comparison.ts'
import type { Window } from '../../src/monitor/window.ts'
import { recordArm, recordArms, WINDOW_MS } from './windows-fixture.ts'

type Arms = readonly [before: readonly Window[], after: readonly Window[]]

/** What is done to two good arms of 60 windows. */
interface Case {
  readonly code: RefusalCode
  readonly what: string
  readonly design: Design
  readonly spoil: (arms: Arms) => Arms
  readonly message: RegExp
}

const WHOLE: readonly Case[] = [
  {
    code: 'ARM_MISSING',
    what: 'only one arm',
    design: 'sequential',
    spoil: ([before]) => [before, []],
    message: /60 windows before and 0 after/,
  },
  {
    code: 'TOO_FEW_WINDOWS',
    what: 'fewer than 20 windows in an arm',
    design: 'sequential',
    spoil: ([before, after]) => [before, after.slice(0, 19)],
    message: /60 windows before and 19 after .* 20 in each arm/,
  },
  {
    code: 'TOO_FEW_WINDOWS',
    what: 'fewer than 20 interleaved windows',
    design: 'interleaved',
    spoil: ([before, after]) => [before.slice(0, 19), after.slice(0, 19)],
    message: /19 windows before and 19 after/,
  },
  {
    code: 'DURATIONS_DIFFER',
    what: 'arms with windows of different lengths',
    design: 'sequential',
    spoil: ([before, after]) => [before, after.map((window) => lasting(window, 8_000))],
    message: /10000 ms before and 8000 ms after/,
  },
  {
    code: 'DURATIONS_DIFFER',
    what: 'arms with windows that differ by little more than a tenth',
    design: 'sequential',
    spoil: ([before, after]) => [before, after.map((window) => lasting(window, 8_900))],
    message: /10000 ms before and 8900 ms after as a rule, and 0 of 120/,
  },
  {
    code: 'DURATIONS_DIFFER',
    what: 'some windows that are shorter',
    design: 'sequential',
    spoil: ([before, after]) => [
      before.map((window, at) => (at % 4 === 0 ? lasting(window, 5_000) : window)),
      after,
    ],
    message: /15 of 120 differ from 10000 ms by more than 25 %/,
  },
  {
    code: 'WINDOWS_OVERLAP',
    what: 'windows that share time in one arm',
    design: 'sequential',
    spoil: ([before, after]) => [
      before,
      after.map((window, at) =>
        at === 7 ? { ...window, startedAt: window.startedAt - 5_000 } : window,
      ),
    ],
    message: /^1 windows begin before the one before them/,
  },
  {
    code: 'GAPS',
    what: 'time in which nobody recorded',
    design: 'sequential',
    spoil: ([before, after]) => [before, after.filter((_, at) => at < 20 || at >= 32)],
    message: /^20 % of the time of an arm was not recorded, and at most 10 %/,
  },
  {
    code: 'ARMS_OVERLAP',
    what: 'sequential arms at the same time',
    design: 'sequential',
    spoil: ([before, after]) => [before, after.map((window) => earlier(window, 10))],
    message: /^10 windows of the later arm/,
  },
  {
    code: 'NOT_INTERLEAVED',
    what: 'interleaved arms one after the other',
    design: 'interleaved',
    spoil: ([before]) => [before, before.map((window) => earlier(window, -200))],
    message: /^Only 0 windows have a neighbour .* 54 are needed/,
  },
]

const LOAD: readonly Case[] = [
  {
    code: 'LOAD_DIFFERS',
    what: 'more load',
    design: 'interleaved',
    spoil: ([before, after]) => [before, after.map((window) => ({ ...window, operations: 1_210 }))],
    message: /100 operations a second before and 121 after, which differ by 21 %; at most 20 %/,
  },
  {
    code: 'LOAD_DIFFERS',
    what: 'less load',
    design: 'sequential',
    spoil: ([before, after]) => [before, after.map((window) => ({ ...window, operations: 800 }))],
    message: /100 operations a second before and 80 after, which differ by 25 %/,
  },
]

const METRIC: readonly Case[] = [
  {
    code: 'TOO_FEW_OPERATIONS',
    what: 'fewer than 1,000 operations in a window',
    design: 'interleaved',
    spoil: ([before, after]) => [before, after.map((window) => counting(window, 999))],
    message: /The p99 of a window needs 1000 operations.* 1000 before and 999 after/,
  },
  {
    code: 'ERRORS_DIFFER',
    what: 'operations missing from the latencies of one arm',
    design: 'sequential',
    spoil: ([before, after]) => [before, after.map((window) => ({ ...window, errors: 2 }))],
    message: /0 % of the operations failed before and 0.2 % after. The p99 .* 0.1 %/,
  },
  {
    code: 'NOT_RECORDED',
    what: 'connections in one arm only',
    design: 'sequential',
    spoil: ([before, after]) => [before, after.map(withoutConnections)],
    message: /connections is in 60 of 60 windows before and in 0 of 60 after/,
  },
]

function compare(design: Design, spoil: (arms: Arms) => Arms): Comparison {
  const [before, after] = spoil(recordArms(design))
  return compareWindows(before, after, { design })
}

function codesOf({ refusals }: Comparison): RefusalCode[] {
  return refusals.map(({ code }) => code)
}

describe('compareWindows refuses', () => {
  it.each(WHOLE)('$what: $code, $design', ({ code, design, spoil, message }) => {
    const comparison = compare(design, spoil)

    expect(comparison).toMatchObject({ verdict: 'refused', metrics: [] })
    expect(codesOf(comparison)[0]).toBe(code)
    expect(comparison.refusals[0]?.message).toMatch(message)
    expect(comparison.refusals[0]?.metrics).toEqual([])
    expect(Object.values(comparison.refusals[0]?.evidence ?? {})).not.toEqual([])
  })

  it.each(LOAD)('$what, and still shows the figures: $code', ({ code, design, spoil, message }) => {
    const comparison = compare(design, spoil)

    expect(comparison.verdict).toBe('refused')
    expect(codesOf(comparison)).toEqual([code])
    expect(comparison.refusals[0]?.message).toMatch(message)
    const [refused, others] = [
      comparison.metrics.filter(({ metric }) => comparison.refusals[0]?.metrics.includes(metric)),
      comparison.metrics.filter(({ metric }) => !comparison.refusals[0]?.metrics.includes(metric)),
    ]
    expect(refused.map(({ verdict }) => verdict)).toEqual(refused.map(() => 'unclear'))
    expect(refused).toHaveLength(5)
    expect(others.map(({ metric, verdict }) => [metric, verdict])).toEqual([
      ['errorRate', 'same'],
      ['throughput', 'unclear'],
    ])
  })

  it.each(METRIC)('$what, of the metrics that it is about: $code', (each) => {
    const comparison = compare(each.design, each.spoil)
    const refusal = comparison.refusals[0]

    expect(refusal?.code).toBe(each.code)
    expect(refusal?.message).toMatch(each.message)
    expect(refusal?.metrics.length).toBeGreaterThan(0)
    const shown = comparison.metrics.find(({ metric }) => metric === refusal?.metrics[0])
    expect(shown?.verdict ?? 'unclear').toBe('unclear')
  })

  it('a regression that the load may have brought', () => {
    const comparison = compare('interleaved', ([before]) => [
      before,
      recordArm({ p50: 20, operations: 2_000 }, { first: 1, step: 2 }),
    ])

    expect(comparison.verdict).toBe('refused')
  })

  it('no errors for the load that those bring who try again', () => {
    const comparison = compare('interleaved', ([before]) => [
      before,
      recordArm({ operations: 1_500, errors: 500 }, { first: 1, step: 2 }),
    ])

    expect(codesOf(comparison)).toContain('LOAD_DIFFERS')
    expect(comparison.verdict).toBe('regression')
  })
})

describe('compareWindows does not refuse', () => {
  it.each<readonly [what: string, design: Design, spoil: (arms: Arms) => Arms]>([
    [
      '20 windows in each arm',
      'sequential',
      ([before, after]) => [before.slice(40), after.slice(0, 20)],
    ],
    [
      'one window that is shorter',
      'sequential',
      ([before, after]) => [
        before.map((window, at) => (at === 59 ? lasting(window, 3_000) : window)),
        after,
      ],
    ],
    [
      'a few windows that are missing',
      'sequential',
      ([before, after]) => [before, after.filter((_, at) => at < 20 || at >= 24)],
    ],
    [
      'a pause after every window',
      'sequential',
      (arms) => [arms[0].map(withPause), arms[1].map(withPause)],
    ],
    [
      'sequential arms of which the later one is the first',
      'sequential',
      ([before, after]) => [after, before],
    ],
    [
      'arms that run at the same time',
      'interleaved',
      ([before, after]) => [before, after.map((window) => earlier(window, 1))],
    ],
    [
      'turns that are taken the other way round each time',
      'interleaved',
      (arms) => swapEveryOther(arms),
    ],
    [
      'load that differs by a tenth',
      'interleaved',
      ([before, after]) => [before, after.map((window) => ({ ...window, operations: 1_100 }))],
    ],
    [
      'one window in twenty without an operation',
      'interleaved',
      ([before, after]) => [
        before,
        after.map((window, at) => (at % 20 === 0 ? withoutOperations(window) : window)),
      ],
    ],
  ])('%s, %s', (_, design, spoil) => {
    expect(codesOf(compare(design, spoil))).toEqual([])
  })
})

describe('a refusal of some metrics', () => {
  it('leaves the verdict on the others where a lower quantile is judged', () => {
    const comparison = compare('interleaved', (arms) => [
      arms[0].map((window) => counting(window, 500)),
      arms[1].map((window) => counting(window, 500)),
    ])

    expect(codesOf(comparison)).toEqual(['TOO_FEW_OPERATIONS'])
    expect(comparison.verdict).toBe('no-regression')
  })

  it('leaves latency open where no quantile is judged', () => {
    const comparison = compare('interleaved', (arms) => [
      arms[0].map(withFewLatencies),
      arms[1].map(withFewLatencies),
    ])

    expect(codesOf(comparison)).toEqual(Array.from({ length: 3 }, () => 'TOO_FEW_OPERATIONS'))
    expect(comparison.verdict).toBe('inconclusive')
  })

  it('does not hide what got worse', () => {
    const comparison = compare('interleaved', ([before]) => [
      before,
      recordArm({ connections: 11, operations: 900 }, { first: 1, step: 2 }),
    ])

    expect(codesOf(comparison)).toEqual(['TOO_FEW_OPERATIONS'])
    expect(comparison.verdict).toBe('regression')
  })

  it('leaves open what cannot be compared for its errors', () => {
    const comparison = compare('interleaved', ([before, after]) => [
      before.map((window) => ({ ...window, errors: 8 })),
      after,
    ])

    expect(codesOf(comparison)).toEqual(['ERRORS_DIFFER', 'ERRORS_DIFFER'])
    expect(comparison.metrics.find(({ metric }) => metric === 'errorRate')?.verdict).toBe('better')
    expect(comparison.verdict).toBe('inconclusive')
  })

  it('refuses everything where nothing was measured', () => {
    const comparison = compare('interleaved', (arms) => [
      arms[0].map(withoutFigures),
      arms[1].map(withoutFigures),
    ])

    expect(comparison).toMatchObject({ verdict: 'refused', metrics: [] })
    expect(codesOf(comparison)).toEqual(['NOT_RECORDED'])
  })
})

function lasting(window: Window, durationMs: number): Window {
  return { ...window, durationMs, operations: durationMs / 10 }
}

function earlier(window: Window, windows: number): Window {
  return { ...window, startedAt: window.startedAt - windows * WINDOW_MS }
}

function withPause(window: Window): Window {
  return { ...window, startedAt: window.startedAt * 1.5 }
}

function swapEveryOther([before, after]: Arms): Arms {
  const swapped = (own: readonly Window[], others: readonly Window[]): Window[] =>
    own.map((window, at) => ({
      ...window,
      startedAt: (at % 2 === 0 ? window : (others[at] ?? window)).startedAt,
    }))
  return [swapped(before, after), swapped(after, before)]
}

function counting(window: Window, count: number): Window {
  return {
    ...window,
    operations: count,
    ...(window.latency && { latency: { ...window.latency, count } }),
  }
}

function withFewLatencies(window: Window): Window {
  return { ...window, ...(window.latency && { latency: { ...window.latency, count: 5 } }) }
}

function withoutOperations({ startedAt, durationMs, connections }: Window): Window {
  return { startedAt, durationMs, operations: 0, ...(connections && { connections }) }
}

function withoutConnections({ startedAt, durationMs, operations = 0 }: Window): Window {
  return { startedAt, durationMs, operations }
}

function withoutFigures({ startedAt, durationMs }: Window): Window {
  return { startedAt, durationMs }
}
