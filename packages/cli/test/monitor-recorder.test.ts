import { describe, expect, it } from 'vitest'
import type { EndpointReading } from '../src/monitor/app/endpoint-window.ts'
import type { ArmRule } from '../src/monitor/arms.ts'
import type { Failure } from '../src/monitor/gap.ts'
import { Recorder, type Observation } from '../src/monitor/recording/recorder.ts'
import type { Measures, RecordedLine, RecordedWindow } from '../src/monitor/recording/recording.ts'
import { nextDue } from '../src/monitor/recording/ticks.ts'
import type { DatabaseCounters, ServerSample } from '../src/monitor/server/server-sample.ts'

const WINDOW_MS = 1_000
const SERVER_FAILED: Failure = { code: 'SERVER_UNREACHABLE', message: 'ECONNREFUSED' }

interface Said {
  readonly sessions?: Readonly<Record<string, number>>
  readonly database?: Partial<DatabaseCounters>
  readonly startedAt?: number
  readonly statements?: ServerSample['statements']
}

function sample({ sessions = {}, database, startedAt = 7, statements }: Said = {}): ServerSample {
  return {
    startedAt,
    sessions: Object.entries(sessions).map(([name, connections]) => ({
      name,
      connections,
      active: 1,
      inTransaction: 0,
      hidden: name === 'hidden' ? connections : 0,
    })),
    database: { xact_commit: 0, xact_rollback: 0, deadlocks: 0, stats_reset: null, ...database },
    statements,
  }
}

function app(count: number, arm = ''): EndpointReading {
  const numbers = {
    durationSum: count * 2,
    failed: 0,
    timeouts: 0,
    waits: 0,
    waitSum: 0,
    opened: 0,
  }
  const durations = new Map([
    [1, 0],
    [5, count],
    [Infinity, count],
  ])
  const gauges = { connections: 3, waiting: 1, max: 10 }
  return {
    startTime: undefined,
    arms: new Map([[arm, { counters: { durations, numbers }, gauges }]]),
  }
}

interface Options {
  readonly measures?: Partial<Measures>
  readonly rule?: ArmRule
  readonly endpoints?: readonly string[]
}

function recorder({ measures, rule, endpoints = ['shop/metrics'] }: Options = {}): Recorder {
  return new Recorder({
    windowMs: WINDOW_MS,
    hasServer: true,
    rule: rule ?? { by: undefined, arms: [] },
    measures: { connections: 'server', operations: 'apps', ...measures },
    endpoints,
  })
}

/** Takes observations, each at the moment that it is due. */
function take(
  subject: Recorder,
  ...observations: ReadonlyArray<readonly [due: number, Partial<Observation>]>
): RecordedLine[] {
  return observations.flatMap(([due, observation]) =>
    subject.take(due, due, { server: undefined, apps: [], ...observation }),
  )
}

function windowsIn(lines: readonly RecordedLine[]): RecordedWindow[] {
  return lines.filter((line) => line.type === 'window')
}

describe('Recorder', () => {
  it('makes a window of what the server and the app say', () => {
    const lines = take(
      recorder(),
      [500, { server: sample({ sessions: { a: 9 } }), apps: [app(50)] }],
      [1_000, { server: sample({ sessions: { a: 1 } }), apps: [app(100)] }],
      [1_500, { server: sample({ sessions: { a: 2 } }), apps: [app(150)] }],
      [2_000, { server: sample({ sessions: { a: 4 } }), apps: [app(300)] }],
    )

    expect(windowsIn(lines)).toEqual([
      expect.objectContaining({
        startedAt: 1_000,
        durationMs: 1_000,
        connections: { mean: 3, max: 4 },
        operations: 200,
        errors: 0,
        latency: {
          p50: 3,
          p95: expect.closeTo(4.8),
          p99: expect.closeTo(4.96),
          mean: 2,
          count: 200,
        },
        buckets: { p50: [1, 5], p95: [1, 5], p99: [1, 5] },
        pool: { waiting: { mean: 1, max: 1 }, max: 10, timeouts: 0, opened: 0 },
        groups: { a: { mean: 3, max: 4 } },
      }),
    ])
  })

  it('has no connection where there is none, and says nothing where nobody looked', () => {
    const lines = take(
      recorder(),
      [1_000, { server: sample() }],
      [2_000, { server: sample() }],
      [3_000, { server: SERVER_FAILED }],
    )

    const [seen, unseen] = windowsIn(lines)

    expect(seen?.connections).toEqual({ mean: 0, max: 0 })
    expect(unseen?.connections).toBeUndefined()
    expect(unseen?.gaps).toEqual([{ source: 'server', ...SERVER_FAILED }])
  })

  it('has a maximum where half of the samples are there, and none where fewer are', () => {
    const busy = { server: sample({ sessions: { a: 5 } }) }
    const failed = { server: SERVER_FAILED }
    const subject = recorder({ endpoints: [] })

    const lines = take(
      subject,
      [1_000, busy],
      [1_500, failed],
      [2_000, busy],
      [2_300, failed],
      [2_600, failed],
      [3_000, busy],
    )

    expect(windowsIn(lines).map(({ connections }) => connections)).toEqual([
      { mean: 5, max: 5 },
      undefined,
    ])
  })

  it('leaves out operations of a window whose scrape failed, and keeps the connections', () => {
    const failed: Failure = { code: 'SCRAPE_FAILED', message: 'ECONNRESET' }
    const server = sample({ sessions: { a: 2 } })

    const lines = take(
      recorder(),
      [1_000, { server, apps: [app(10)] }],
      [2_000, { server, apps: [failed] }],
      [3_000, { server, apps: [app(30)] }],
      [4_000, { server, apps: [app(42)] }],
    )

    expect(windowsIn(lines).map(({ operations }) => operations)).toEqual([undefined, undefined, 12])
    expect(windowsIn(lines).map(({ connections }) => connections?.max)).toEqual([2, 2, 2])
  })

  it('does not say how many are active where it cannot see all of them', () => {
    const [all, some] = [
      { a: 2, b: 1 },
      { a: 2, hidden: 1 },
    ].map((sessions) =>
      windowsIn(
        take(
          recorder(),
          [1_000, { server: sample({ sessions }) }],
          [2_000, { server: sample({ sessions }) }],
        ),
      ),
    )

    expect(all?.[0]?.server?.active).toEqual({ mean: 2, max: 2 })
    expect(some?.[0]?.server?.active).toBeUndefined()
    expect(some?.[0]?.connections).toEqual({ mean: 3, max: 3 })
  })

  it('counts only what --app means', () => {
    const sessions = { 'shop@v1#1': 2, 'shop@v2#7': 1, psql: 4, '': 1 }
    const subject = recorder({ measures: { app: 'shop' } })

    const [window] = windowsIn(
      take(
        subject,
        [1_000, { server: sample({ sessions }) }],
        [2_000, { server: sample({ sessions }) }],
      ),
    )

    expect(window?.connections).toEqual({ mean: 3, max: 3 })
    expect(Object.keys(window?.groups ?? {})).toEqual(['shop@v1', 'shop@v2'])
  })

  it('tells releases apart as arms, and counts their processes', () => {
    const subject = recorder({ rule: { by: 'release', arms: [] }, endpoints: ['one', 'two'] })
    const at = (stable: number, canary: number): Partial<Observation> => ({
      server: sample({ sessions: { 'shop@v1#1': 5, 'shop@v1#2': 5, 'shop@v2#3': 6, psql: 1 } }),
      apps: [app(stable, 'v1'), app(canary, 'v2')],
    })

    const windows = windowsIn(take(subject, [1_000, at(10, 10)], [2_000, at(110, 30)]))

    expect(windows).toEqual([
      expect.objectContaining({
        arm: 'v1',
        connections: { mean: 10, max: 10 },
        operations: 100,
        processes: { connections: 2, operations: 1 },
      }),
      expect.objectContaining({
        arm: 'v2',
        connections: { mean: 6, max: 6 },
        operations: 20,
        processes: { connections: 1, operations: 1 },
      }),
    ])
  })

  it('tells what the server does where arms are those of a label, and counts by the apps', () => {
    const subject = recorder({
      rule: { by: 'version', arms: [] },
      measures: { connections: 'apps', by: 'version' },
    })
    const at = (xact_commit: number): Partial<Observation> => ({
      server: sample({ sessions: { a: 9 }, database: { xact_commit } }),
      apps: [app(10, 'v1')],
    })

    const [window] = windowsIn(take(subject, [1_000, at(5)], [2_000, at(50)]))

    expect(window).toMatchObject({
      arm: 'v1',
      connections: { mean: 3, max: 3 },
      processes: { connections: 1, operations: 1 },
      server: { database: { commits: 44 } },
    })
  })

  it('does not know of processes whose names do not tell them apart', () => {
    const server = sample({ sessions: { shop: 3 } })

    const [window] = windowsIn(take(recorder(), [1_000, { server }], [2_000, { server }]))

    expect(window?.processes).toEqual({})
  })

  it('keeps an arm that was there at 0, and has none that was not there yet', () => {
    const subject = recorder({ rule: { by: 'release', arms: [] }, endpoints: [] })

    const windows = windowsIn(
      take(
        subject,
        [1_000, { server: sample({ sessions: { 'a@v1#1': 2 } }) }],
        [2_000, { server: sample({ sessions: { 'a@v1#1': 2 } }) }],
        [3_000, { server: sample({ sessions: { 'a@v2#2': 2 } }) }],
      ),
    )

    expect(windows.map(({ arm, connections }) => [arm, connections?.max])).toEqual([
      ['v1', 2],
      ['v1', 0],
      ['v2', 2],
    ])
  })

  it('takes transactions for operations where there are no apps, its own left out', () => {
    const subject = recorder({ measures: { operations: 'server' }, endpoints: [] })
    const at = (xact_commit: number, xact_rollback: number): Partial<Observation> => ({
      server: sample({ database: { xact_commit, xact_rollback } }),
    })

    const [window] = windowsIn(
      take(subject, [1_000, at(100, 5)], [1_500, at(160, 6)], [2_000, at(222, 9)]),
    )

    expect(window).toMatchObject({ operations: 124, errors: 4 })
    expect(window?.latency).toBeUndefined()
  })

  it.each<[what: string, later: Said, code: string]>([
    ['a restart', { startedAt: 900, database: { xact_commit: 500 } }, 'SERVER_RESTARTED'],
    ['a reset', { database: { xact_commit: 500, stats_reset: '2026-11-23' } }, 'STATISTICS_RESET'],
  ])('does not subtract over %s of the server', (_, later, code) => {
    const lines = take(
      recorder(),
      [1_000, { server: sample({ database: { xact_commit: 400 } }) }],
      [2_000, { server: sample(later) }],
    )

    const [window] = windowsIn(lines)

    expect(window?.server?.database).toBeUndefined()
    expect(window?.gaps).toEqual([expect.objectContaining({ source: 'server', code })])
  })

  it('tells the mean time of statements, unless entries were dropped in between', () => {
    const at = (calls: number, totalMs: number): Partial<Observation> => ({
      server: sample({ statements: { calls, totalMs } }),
    })

    const lines = take(recorder(), [1_000, at(10, 100)], [2_000, at(30, 140)], [3_000, at(20, 150)])

    expect(windowsIn(lines).map(({ server }) => server?.statements)).toEqual([
      { calls: 20, meanMs: 2 },
      undefined,
    ])
  })

  it('has a gap where the monitor slept, and goes on with the next whole window', () => {
    const subject = recorder()
    const server = sample()
    take(subject, [1_000, { server }], [2_000, { server }])

    const slept = subject.take(7_500, 7_600, { server, apps: [] })
    const then = take(subject, [8_000, { server }], [9_000, { server }])

    expect(slept).toEqual([
      expect.objectContaining({
        type: 'gap',
        startedAt: 2_000,
        durationMs: 5_600,
        code: 'MONITOR_LATE',
      }),
    ])
    expect(windowsIn(then).map(({ startedAt }) => startedAt)).toEqual([8_000])
  })

  it('takes a late end with the length that the window really had, and no later one', () => {
    const subject = recorder()
    const observation = { server: sample(), apps: [] }
    subject.take(1_000, 1_000, observation)

    const late = subject.take(2_000, 2_200, observation)
    const tooLate = subject.take(3_000, 3_300, observation)

    expect(windowsIn(late)).toEqual([
      expect.objectContaining({ startedAt: 1_000, durationMs: 1_200 }),
    ])
    expect(tooLate).toEqual([expect.objectContaining({ type: 'gap', startedAt: 2_200 })])
  })

  it('has a gap where the clock was set back', () => {
    const subject = recorder()
    take(subject, [5_000, { server: sample() }])

    const lines = take(subject, [3_000, { server: sample() }], [4_000, { server: sample() }])

    expect(lines.map(({ type }) => type)).toEqual(['gap', 'window'])
  })

  it('marks the moment that a release connects for the first time', () => {
    const at = (...names: readonly string[]): Partial<Observation> => ({
      server: sample({ sessions: Object.fromEntries(names.map((name) => [name, 1])) }),
    })

    const lines = take(
      recorder(),
      [1_000, at('shop@v1#1', 'psql')],
      [1_200, at('shop@v1#1', 'shop@v1#2', 'psql', 'other')],
      [1_400, at('shop@v2#3', 'shop@v2#4')],
      [1_600, at('shop@v1#1')],
    )

    expect(lines).toEqual([{ type: 'mark', at: 1_400, text: 'shop@v2 connects', isFound: true }])
  })

  it('marks no release of an app that --app does not mean', () => {
    const at = (name: string): Partial<Observation> => ({
      server: sample({ sessions: { [name]: 1 } }),
    })

    const lines = take(
      recorder({ measures: { app: 'shop' } }),
      [1_000, at('shop@v1#1')],
      [1_200, at('other@v9#2')],
      [1_400, at('shop@v2#3')],
    )

    expect(lines).toEqual([expect.objectContaining({ type: 'mark', text: 'shop@v2 connects' })])
  })

  it('is not flooded by names', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`app@v${at}#1`, 1]))
    const lines = take(
      recorder(),
      [1_000, { server: sample() }],
      [1_500, { server: sample({ sessions: many }) }],
      [2_000, { server: sample({ sessions: many }) }],
    )

    const groups = windowsIn(lines)[0]?.groups ?? {}

    expect(lines.filter(({ type }) => type === 'mark')).toHaveLength(20)
    expect(Object.keys(groups)).toHaveLength(21)
    expect(groups['others']).toEqual({ mean: 480, max: 480 })
  })
})

describe('nextDue', () => {
  const OPTIONS = { intervalMs: 100, windowMs: 1_000 }

  it.each<[what: string, last: number | undefined, now: number, due: number]>([
    ['begins at a multiple of the interval', undefined, 1_234, 1_300],
    ['begins at once where now is one', undefined, 1_200, 1_200],
    ['goes on by the interval', 1_200, 1_234, 1_300],
    ['leaves out what was missed', 1_200, 1_666, 1_700],
    ['catches up with the end of a window', 1_900, 2_140, 2_000],
    ['lets go of an end that is too long ago', 1_900, 2_260, 2_300],
    ['does not go back to an end that is done', 2_000, 2_130, 2_200],
    ['goes on from where a sleep ends', 1_200, 9_871, 9_900],
    ['does not wait for a clock that was set back', 90_000, 5_050, 5_100],
  ])('%s', (_, last, now, due) => {
    expect(nextDue(last, now, OPTIONS)).toBe(due)
  })
})
