import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { monitor } from '../src/commands/monitor.ts'
import type { RecordedLine } from '../src/monitor/recording/recording.ts'
import {
  madeUpHeader,
  madeUpWindows,
  recordingOf,
  STARTED_AT,
  type MadeUp,
} from './monitor-recordings.ts'
import { FakeWorld } from './monitor-world.ts'
import { plant } from './project-fixture.ts'

const HOUR_MS = 3_600_000
const BEFORE = made({})
const SAME = made({ startedAt: STARTED_AT + HOUR_MS })
const SLOWER = made({ startedAt: STARTED_AT + HOUR_MS, p50: 16 })
const ONE_MORE = made({ startedAt: STARTED_AT + HOUR_MS, connections: 21 })
const BY_RELEASE = madeUpHeader({
  measures: { ...madeUpHeader().measures, by: 'release' },
})

function made(options: Partial<MadeUp>, ...more: readonly RecordedLine[]): string {
  return recordingOf(madeUpHeader(), ...madeUpWindows({ windows: 60, ...options }), ...more)
}

function arms(stable: Partial<MadeUp>, canary: Partial<MadeUp>): string {
  return recordingOf(
    BY_RELEASE,
    ...madeUpWindows({ windows: 60, arm: 'stable', ...stable }),
    ...madeUpWindows({ windows: 60, arm: 'canary', ...canary }),
  )
}

interface Ran {
  readonly code: number
  readonly world: FakeWorld
}

async function compare(files: Readonly<Record<string, string>>, ...args: string[]): Promise<Ran> {
  const world = new FakeWorld(plant(files), {})
  return { code: await monitor(['compare', ...args], world), world }
}

interface Told {
  readonly verdict: string
  readonly exitCode: number
  readonly causal: boolean
  readonly design: string
  readonly before: { readonly name: string; readonly windows: number }
  readonly after: { readonly name: string; readonly windows: number }
  readonly metrics: ReadonlyArray<{
    readonly metric: string
    readonly before: number
    readonly after: number
    readonly verdict: string
  }>
  readonly refusals: ReadonlyArray<{ readonly code: string }>
  readonly notes: ReadonlyArray<{ readonly code: string; readonly message: string }>
}

async function json(files: Readonly<Record<string, string>>, ...args: string[]): Promise<Told> {
  const { world } = await compare(files, ...args, '--json')
  return JSON.parse(world.stdout) as Told
}

function metricIn({ metrics }: Told, name: string): Told['metrics'][number] | undefined {
  return metrics.find(({ metric }) => metric === name)
}

describe('monitor compare', () => {
  it.each<[what: string, after: string, code: number, last: RegExp]>([
    [
      'nothing changed',
      SAME,
      0,
      /\nNo regression: nothing got worse by as much as counts, in 60 and 60 windows\.\n$/,
    ],
    [
      'latency grew',
      SLOWER,
      1,
      /\nRegression: latency \(mean\) ×1\.33, latency p50 ×1\.33, latency p95 ×1\.33, latency p99 ×1\.33\.\n$/,
    ],
    [
      'there is one more connection',
      ONE_MORE,
      1,
      /\nRegression: connections \(mean\) \+1, connections \(peak\) \+1\.\n$/,
    ],
    [
      'operations fail',
      made({ startedAt: STARTED_AT + HOUR_MS, errors: 1_000 }),
      1,
      /\nRegression: failed operations \+33\.3 %\.\n$/,
    ],
    [
      'the load differs',
      made({ startedAt: STARTED_AT + HOUR_MS, operations: 4_000 }),
      2,
      /\nNo verdict: these windows cannot carry one \(LOAD_DIFFERS\)\.\n$/,
    ],
    [
      'there is too little',
      made({ startedAt: STARTED_AT + HOUR_MS, windows: 5 }),
      2,
      /\nNo verdict: .*TOO_FEW_WINDOWS/,
    ],
  ])('says what it comes to where %s: %#', async (_, after, code, last) => {
    const ran = await compare({ 'b.jsonl': BEFORE, 'a.jsonl': after }, 'b.jsonl', 'a.jsonl')

    expect(ran.world.stdout).toMatch(last)
    expect(ran.code).toBe(code)
    expect(ran.world.stderr).toBe('')
  })

  it('prints a table, and what a verdict needs to be read rightly', async () => {
    const { world } = await compare(
      { 'b.jsonl': BEFORE, 'a.jsonl': ONE_MORE },
      'b.jsonl',
      'a.jsonl',
    )

    const [before, after, , head, ...rows] = world.stdout.split('\n')
    expect(before).toBe(
      'before  b.jsonl, 60 windows of 10 s, 2026-11-23 10:00:00Z to 2026-11-23 10:10:00Z',
    )
    expect(after).toMatch(/^after {3}a\.jsonl, 60 windows of 10 s, 2026-11-23 11:00:00Z to /)
    expect(head?.split(/ {2,}/)).toEqual(
      'metric|before|after|change|95 % interval|noise|verdict'.split('|'),
    )
    expect(rows.slice(0, 8).map((row) => row.split(/ {2,}/).toSpliced(4, 2))).toEqual([
      ['connections (mean)', '20', '21', '+1', 'worse'],
      ['connections (peak)', '20.1', '21.1', '+1', 'worse'],
      ['latency (mean)', '16.8 ms', '16.8 ms', '×1.00', 'same'],
      ['latency p50', '12 ms', '12 ms', '×1.00', 'same'],
      ['latency p95', '45.6 ms', '45.6 ms', '×1.00', 'same'],
      ['latency p99', '90.1 ms', '90.1 ms', '×1.00', 'same'],
      ['failed operations', '0 %', '0 %', '±0 %', 'same'],
      ['operations a second', '200', '200', '×1.00', 'same'],
    ])
    expect(world.stdout).toMatch(/^NOT_CAUSAL: Before\/after is not causal: /m)
  })

  it('takes what cannot be told for a success where it is told to, and nothing else', async () => {
    const files = { 'b.jsonl': BEFORE, 'few.jsonl': made({ windows: 5 }), 'slow.jsonl': SLOWER }
    const flag = '--allow-inconclusive'

    expect((await compare(files, 'b.jsonl', 'few.jsonl', flag)).code).toBe(0)
    expect((await compare(files, 'b.jsonl', 'slow.jsonl', flag)).code).toBe(1)
  })

  it('counts a change of latency from the threshold on', async () => {
    const files = { 'b.jsonl': BEFORE, 'a.jsonl': SLOWER }

    expect((await compare(files, 'b.jsonl', 'a.jsonl', '--threshold', '50%')).code).toBe(0)
  })

  it('prints the same for the same recordings', async () => {
    const files = { 'b.jsonl': BEFORE, 'a.jsonl': SLOWER }
    const args = ['b.jsonl', 'a.jsonl', '--json', '--html', 'report.html']

    const [one, other] = [await compare(files, ...args), await compare(files, ...args)]

    expect(one.world.stdout).toBe(other.world.stdout)
    const pages = [one, other].map(({ world }) =>
      readFileSync(join(world.cwd, 'report.html'), 'utf8'),
    )
    expect(pages[0]).toBe(pages[1])
    expect(one.world.stderr).toBe('Wrote report.html.\n')
  })

  it('prints JSON for programs', async () => {
    const told = await json({ 'b.jsonl': BEFORE, 'a.jsonl': SLOWER }, 'b.jsonl', 'a.jsonl')

    expect(told).toMatchObject({
      version: 1,
      verdict: 'regression',
      exitCode: 1,
      design: 'sequential',
      causal: false,
      before: { name: 'b.jsonl', windows: 60, from: STARTED_AT, to: STARTED_AT + 600_000 },
      after: { name: 'a.jsonl', windows: 60 },
      threshold: 0.1,
      noiseFrom: 'before',
      refusals: [],
      marks: [],
    })
    expect(metricIn(told, 'mean')).toMatchObject({ verdict: 'worse', effect: 'ratio' })
    expect(told.notes.map(({ code }) => code)).toEqual([
      'NOT_CAUSAL',
      'WIDE_BUCKETS',
      'NOISE_FROM_BEFORE',
    ])
  })

  it('takes noise from a recording of the same version', async () => {
    const files = { 'b.jsonl': BEFORE, 'a.jsonl': SAME, 'aa.jsonl': made({ windows: 120 }) }

    const told = await json(files, 'b.jsonl', 'a.jsonl', '--noise', 'aa.jsonl')

    expect(told).toMatchObject({ noiseFrom: 'noise' })
    expect(told.notes.map(({ code }) => code)).not.toContain('NOISE_FROM_BEFORE')
  })

  it('says what was not seen, and what the recorder could not see', async () => {
    const gap: RecordedLine = {
      type: 'gap',
      startedAt: STARTED_AT + 600_000,
      durationMs: 9_000,
      code: 'MONITOR_LATE',
      message: 'late',
    }
    const gaps = [{ source: 'server', code: 'SERVER_UNREACHABLE' as const, message: 'x' }]
    const blind = [{ code: 'STATES_HIDDEN' as const, message: 'The role does not see.' }]
    const before = recordingOf(
      madeUpHeader({ blind }),
      ...madeUpWindows({ windows: 59 }),
      ...madeUpWindows({ windows: 1, startedAt: STARTED_AT + 590_000, more: { gaps } }),
      gap,
    )

    const { notes } = await json({ 'b.jsonl': before, 'a.jsonl': SAME }, 'b.jsonl', 'a.jsonl')

    expect(notes.slice(-2)).toEqual([
      {
        code: 'NOT_SEEN',
        message:
          '1 time the monitor itself did not run, and 1 window with something not seen (SERVER_UNREACHABLE). What was not seen is missing, and not counted as nothing.',
      },
      blind[0],
    ])
  })

  it('tells the bucket that a quantile is in as a rule, where it is wider than what counts', async () => {
    const bucketed = (startedAt: number): string =>
      recordingOf(
        madeUpHeader(),
        ...madeUpWindows({ windows: 61, startedAt }).map((window, index) => {
          const usual = [5, 10] as const
          const p50 =
            (
              [
                [1, 5],
                [50, 100],
              ] as const
            )[index % 5] ?? usual
          return { ...window, buckets: { p50, p95: [500, null], p99: [10, 10.5] } as const }
        }),
      )
    const files = { 'b.jsonl': bucketed(STARTED_AT), 'a.jsonl': bucketed(STARTED_AT + HOUR_MS) }

    const { notes } = await json(files, 'b.jsonl', 'a.jsonl')

    expect(notes.find(({ code }) => code === 'WIDE_BUCKETS')?.message).toContain(
      'as a rule, p50 lies between 5 ms and 10 ms, p95 is above 500 ms; what is shown',
    )
  })

  it('does not call latency the same that moves inside of a bucket, unless the mean shows it', async () => {
    const without = (text: string): string => text.replaceAll(/"mean":[\d.]+,"count"/g, '"count"')
    const files = {
      'b.jsonl': without(BEFORE),
      'a.jsonl': without(SAME),
      'moved.jsonl': SAME.replaceAll(/"mean":(\d+)[\d.]*,"count"/g, '"mean":2$1,"count"'),
      'b-mean.jsonl': BEFORE,
    }

    const unknown = await json(files, 'b.jsonl', 'a.jsonl')
    const moved = await json(files, 'b-mean.jsonl', 'moved.jsonl')

    expect(unknown.verdict).toBe('inconclusive')
    expect(metricIn(unknown, 'p50')?.verdict).toBe('unclear')
    expect(moved.verdict).toBe('regression')
    expect(metricIn(moved, 'p50')?.verdict).toBe('same')
  })
})

describe('monitor compare --arms', () => {
  it('compares processes where a canary is one of many', async () => {
    const text = arms(
      { processes: 9, connections: 90, operations: 18_000 },
      { processes: 1, connections: 12, operations: 2_000 },
    )

    const told = await json({ 'run.jsonl': text }, 'run.jsonl', '--arms', 'stable,canary')

    expect(told).toMatchObject({ design: 'interleaved', causal: true, verdict: 'regression' })
    expect(metricIn(told, 'connections')).toMatchObject({ before: 10, after: 12, verdict: 'worse' })
    expect(metricIn(told, 'throughput')).toMatchObject({ before: 200, after: 200 })
    expect(told.notes.map(({ code }) => code)).toContain('PER_PROCESS')
  })

  it('leaves arms of the same size as they are', async () => {
    const told = await json({ 'run.jsonl': arms({}, {}) }, 'run.jsonl', '--arms', 'stable,canary')

    expect(metricIn(told, 'connections')).toMatchObject({ before: 20, after: 20 })
    expect(told.notes.map(({ code }) => code)).not.toContain('PER_PROCESS')
  })

  it('says so where it does not know how many processes an arm has', async () => {
    const text = arms({}, { more: { processes: { operations: 4 } } })

    const told = await json({ 'run.jsonl': text }, 'run.jsonl', '--arms', 'stable,canary')

    expect(told.notes.find(({ code }) => code === 'PROCESSES_UNKNOWN')?.message).toMatch(
      /connections are those of all of them/,
    )
  })

  it('takes arms out of several recordings', async () => {
    const only = (arm: string): string =>
      recordingOf(BY_RELEASE, ...madeUpWindows({ windows: 30, arm }))
    const files = { 'one.jsonl': only('stable'), 'two.jsonl': only('canary') }

    const told = await json(files, 'one.jsonl', 'two.jsonl', '--arms', 'stable,canary')

    expect(told).toMatchObject({ verdict: 'no-regression', pairs: 30 })
  })

  it('compares arms that ran one after the other where it is told so', async () => {
    const text = arms({}, { startedAt: STARTED_AT + HOUR_MS })
    const args = ['run.jsonl', '--arms', 'stable,canary']

    const interleaved = await json({ 'run.jsonl': text }, ...args)
    const sequential = await json({ 'run.jsonl': text }, ...args, '--sequential')

    expect(interleaved.refusals.map(({ code }) => code)).toEqual(['NOT_INTERLEAVED'])
    expect(sequential).toMatchObject({ causal: false, verdict: 'no-regression' })
  })
})

describe('monitor compare --split', () => {
  it('leaves out what lies between two marks', async () => {
    const text = made(
      { windows: 90 },
      { type: 'mark', at: STARTED_AT + 305_000, text: 'deploy' },
      { type: 'mark', at: STARTED_AT + 392_000, text: 'done' },
    )

    const told = await json({ 'run.jsonl': text }, 'run.jsonl', '--split', 'deploy,done')

    expect(told.before).toMatchObject({ name: 'before "deploy"', windows: 30 })
    expect(told.after).toMatchObject({ name: 'after "done"', windows: 50 })
  })

  it('needs no more than one mark', async () => {
    const text = made({}, { type: 'mark', at: STARTED_AT + 300_000, text: 'deploy' })

    const told = await json({ 'run.jsonl': text }, 'run.jsonl', '--split', 'deploy')

    expect([told.before.windows, told.after.windows]).toEqual([30, 30])
  })
})

describe('monitor compare, where it cannot run', () => {
  const MARKED = made({}, { type: 'mark', at: STARTED_AT, text: 'deploy' })
  const FILES = {
    'a.jsonl': BEFORE,
    'b.jsonl': MARKED,
    'arms.jsonl': arms({}, {}),
    'short.jsonl': recordingOf(madeUpHeader({ windowMs: 5_000 })),
    'server.jsonl': recordingOf(
      madeUpHeader({ measures: { connections: 'server', operations: 'server' } }),
    ),
    'x.json': '{}',
  }

  it.each<[args: string, code: string, message: RegExp]>([
    ['', 'USAGE', /Give two recordings/],
    ['a.jsonl', 'USAGE', /Give two recordings/],
    ['a.jsonl b.jsonl a.jsonl', 'USAGE', /Give two recordings/],
    ['a.jsonl none.jsonl', 'RECORDING_INVALID', /There is no recording "none\.jsonl"/],
    ['a.jsonl x.json', 'RECORDING_INVALID', /"x\.json" is no recording/],
    ['a.jsonl short.jsonl', 'RECORDINGS_DIFFER', /windows are of 10000 and 5000 ms/],
    ['a.jsonl server.jsonl', 'RECORDINGS_DIFFER', /operations are of "apps" and of "server"/],
    [
      'a.jsonl b.jsonl --noise arms.jsonl',
      'RECORDINGS_DIFFER',
      /arms are of "nothing" and of "rel/,
    ],
    ['arms.jsonl arms.jsonl', 'USAGE', /has several arms. Name two of them with --arms/],
    ['arms.jsonl --arms stable', 'USAGE', /--arms takes two names/],
    ['arms.jsonl --arms stable,stable', 'USAGE', /--arms takes two names/],
    [
      'arms.jsonl --arms stable,v9',
      'USAGE',
      /no window is of the arm "v9". There are: stable, can/i,
    ],
    ['a.jsonl b.jsonl --sequential', 'USAGE', /--sequential is for --arms/],
    ['b.jsonl --split gone', 'USAGE', /no mark "gone". There are: "deploy"/],
    ['a.jsonl --split gone', 'USAGE', /There are: none/],
    ['b.jsonl --split deploy,deploy,deploy', 'USAGE', /takes one mark, or two/],
    ['a.jsonl b.jsonl --split deploy', 'USAGE', /--split takes one recording/],
    ['arms.jsonl --arms stable,canary --split deploy', 'USAGE', /do not go together/],
    ['a.jsonl b.jsonl --threshold 10', 'USAGE', /--threshold takes a share such as 10%/],
    ['a.jsonl b.jsonl --threshold 0%', 'USAGE', /--threshold takes a share/],
    ['a.jsonl b.jsonl --html none/report.html', 'WRITE_FAILED', /cannot be written \(ENOENT\)/],
  ])('refuses %j', async (args, code, message) => {
    await expect(compare(FILES, ...args.split(' ').filter(Boolean))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })
})
