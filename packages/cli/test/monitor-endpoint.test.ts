import { describe, expect, it } from 'vitest'
import { AppsWindow } from '../src/monitor/app/apps-window.ts'
import { EndpointWindow, type EndpointReading } from '../src/monitor/app/endpoint-window.ts'
import type { Failure } from '../src/monitor/gap.ts'

const FAILED: Failure = { code: 'SCRAPE_FAILED', message: 'ECONNREFUSED' }

interface Said {
  readonly count: number
  readonly failed?: number
  readonly startTime?: number
  readonly arm?: string
  readonly connections?: number
}

/** What an endpoint answers whose operations all took less than a millisecond. */
function reading(said: Said): EndpointReading {
  const { count, failed = 0, startTime, arm = '', connections } = said
  const numbers = { durationSum: count, failed, timeouts: 0, waits: 0, waitSum: 0, opened: 0 }
  return {
    startTime,
    arms: new Map([
      [
        arm,
        {
          counters: {
            durations: new Map([
              [1, count],
              [Infinity, count],
            ]),
            numbers,
          },
          gauges: { connections, waiting: undefined, max: undefined },
        },
      ],
    ]),
  }
}

function countIn(window: EndpointWindow): unknown {
  const { state, arms, gaps } = window.end()
  const counters = arms.get('')
  return {
    state,
    count: counters?.durations.get(Infinity),
    failed: counters?.numbers.failed,
    gaps: gaps.map(({ code }) => code),
  }
}

function follow(...answers: ReadonlyArray<EndpointReading | Failure>): EndpointWindow {
  const window = new EndpointWindow('shop:3000/metrics')
  const [first, ...others] = answers
  if (first !== undefined) window.take(first)
  window.begin()
  for (const answer of others) window.take(answer)
  return window
}

describe('EndpointWindow', () => {
  it('counts what came since the window began', () => {
    const window = follow(reading({ count: 100, failed: 1 }), reading({ count: 110, failed: 3 }))

    expect(countIn(window)).toEqual({ state: 'whole', count: 10, failed: 2, gaps: [] })
  })

  it('begins the next window where the last one ends', () => {
    const window = follow(reading({ count: 100 }), reading({ count: 110 }))
    window.end()
    window.take(reading({ count: 125 }))

    expect(countIn(window)).toMatchObject({ state: 'whole', count: 15 })
  })

  it('counts nothing as nothing', () => {
    const window = follow(reading({ count: 100 }), reading({ count: 100 }))

    expect(countIn(window)).toEqual({ state: 'whole', count: 0, failed: 0, gaps: [] })
  })

  it('forgives a scrape that fails inside of a window, and tells of it', () => {
    const window = follow(reading({ count: 100 }), FAILED, reading({ count: 120 }))

    expect(countIn(window)).toEqual({
      state: 'whole',
      count: 20,
      failed: 0,
      gaps: ['SCRAPE_FAILED'],
    })
  })

  it('is broken where the last scrape of a window fails, and so is the next window', () => {
    const window = follow(reading({ count: 100 }), reading({ count: 105 }), FAILED)
    expect(countIn(window)).toMatchObject({ state: 'broken', gaps: ['SCRAPE_FAILED'] })

    window.take(reading({ count: 130 }))
    expect(countIn(window)).toMatchObject({ state: 'broken', gaps: ['APP_JOINED'] })

    window.take(reading({ count: 140 }))
    expect(countIn(window)).toMatchObject({ state: 'whole', count: 10, gaps: [] })
  })

  it('counts from 0 after a restart, which a counter that goes down shows', () => {
    const window = follow(reading({ count: 100 }), reading({ count: 110 }), reading({ count: 4 }))

    expect(countIn(window)).toEqual({
      state: 'whole',
      count: 14,
      failed: 0,
      gaps: ['APP_RESTARTED'],
    })
  })

  it('knows a restart by the time that the process started, where counters have caught up', () => {
    const window = follow(
      reading({ count: 100, startTime: 1_000 }),
      reading({ count: 130, startTime: 2_000 }),
    )

    expect(countIn(window)).toMatchObject({ count: 130, gaps: ['APP_RESTARTED'] })
  })

  it('does not believe several processes that answer by one address', () => {
    const window = follow(
      reading({ count: 1_000 }),
      reading({ count: 50 }),
      reading({ count: 1_010 }),
      reading({ count: 60 }),
      reading({ count: 1_020 }),
      reading({ count: 70 }),
    )

    const { state, gaps } = window.end()

    expect(state).toBe('broken')
    expect(gaps).toEqual([
      {
        source: 'shop:3000/metrics',
        code: 'APP_UNSTABLE',
        message: expect.stringContaining('began anew 3 times'),
      },
    ])
  })

  it('is absent until it answers for the first time', () => {
    const window = follow(FAILED, FAILED)
    expect(countIn(window)).toMatchObject({ state: 'absent', gaps: ['SCRAPE_FAILED'] })
    expect(window.isKnown).toBe(false)

    window.take(reading({ count: 5 }))
    expect(countIn(window)).toMatchObject({ state: 'broken', gaps: ['APP_JOINED'] })
  })

  it('takes series that vanish for a restart', () => {
    const window = follow(reading({ count: 100 }), { startTime: undefined, arms: new Map() })

    expect(countIn(window)).toMatchObject({ failed: 0, gaps: ['APP_RESTARTED'] })
  })
})

describe('AppsWindow', () => {
  const apps = (...sources: readonly string[]): AppsWindow => new AppsWindow(sources)

  it('adds up several processes', () => {
    const window = apps('one', 'two')
    window.take([reading({ count: 10, connections: 2 }), reading({ count: 20, connections: 3 })])
    window.begin()
    window.take([reading({ count: 15, connections: 2 }), reading({ count: 27, connections: 5 })])
    window.take([reading({ count: 16, connections: 1 }), reading({ count: 28, connections: 4 })])

    const arm = window.end().arms.get('')

    expect(arm?.work?.processes).toBe(2)
    expect(arm?.work?.counters.durations.get(Infinity)).toBe(14)
    expect(arm?.connections).toEqual({ mean: 6, max: 7 })
  })

  it('has no sum where one of them is missing, and no sample of that moment', () => {
    const window = apps('one', 'two')
    window.take([reading({ count: 10, connections: 2 }), reading({ count: 20, connections: 3 })])
    window.begin()
    window.take([reading({ count: 15, connections: 2 }), FAILED])

    const { arms, gaps } = window.end()

    expect(arms.get('')?.work).toBeUndefined()
    expect(arms.get('')?.connections).toBeUndefined()
    expect(gaps).toEqual([{ source: 'two', ...FAILED }])
  })

  it('does not wait for one that was never there', () => {
    const window = apps('one', 'two')
    window.take([reading({ count: 10, connections: 2 }), FAILED])
    window.begin()
    window.take([reading({ count: 15, connections: 2 }), FAILED])

    const arm = window.end().arms.get('')

    expect(arm?.work).toMatchObject({ processes: 1 })
    expect(arm?.connections).toEqual({ mean: 2, max: 2 })
  })

  it('keeps arms apart: a gap of one is none of the other', () => {
    const window = apps('one', 'two')
    const stable = { arm: 'stable' }
    const canary = { arm: 'canary' }
    window.take([reading({ count: 1, ...stable }), reading({ count: 1, ...canary })])
    window.begin()
    window.take([reading({ count: 8, ...stable }), FAILED])

    const { arms } = window.end()

    expect(arms.get('stable')?.work?.counters.durations.get(Infinity)).toBe(7)
    expect(arms.get('canary')?.work).toBeUndefined()
  })
})
