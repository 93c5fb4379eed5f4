import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { EndpointReading } from '../src/monitor/app/endpoint-window.ts'
import { LiveView } from '../src/monitor/live/live-view.ts'
import { Redraw } from '../src/monitor/live/redraw.ts'
import { sparkline } from '../src/monitor/live/sparkline.ts'
import type { RecordedTick } from '../src/monitor/record.ts'
import type { ServerSample } from '../src/monitor/server/server-sample.ts'
import { displayWidth } from '../src/report/display-width.ts'
import type { Screen } from '../src/world.ts'
import { madeUpHeader, madeUpWindows, STARTED_AT } from './monitor-recordings.ts'

/** A terminal that shows what is written to it, as terminals do. */
class FakeScreen implements Screen {
  columns: number
  rows: number
  readonly hasColours: boolean
  readonly writes: string[] = []
  #lines: string[] = []
  #row = 0

  constructor(columns = 80, rows = 40, hasColours = false) {
    this.columns = columns
    this.rows = rows
    this.hasColours = hasColours
  }

  readonly write = (text: string): void => {
    this.writes.push(text)
    for (const [part, up, clears] of text.matchAll(
      // oxlint-disable-next-line no-control-regex -- these are what a terminal is told by
      /\u001B\[(\d+)A|(\u001B\[2J\u001B\[H)|\u001B\[K|\u001B\[J|\u001B\[[?\d;]*[a-zA-Z]|\n|\r|[^\u001B\n\r]+/g,
    )) {
      if (up !== undefined) this.#row -= Number(up)
      else if (clears !== undefined) [this.#lines, this.#row] = [[], 0]
      else if (part === '\n') this.#row++
      else if (part === '\u001B[J') this.#lines.length = this.#row
      else if (!part.startsWith('\u001B') && part !== '\r') this.#put(part)
      else if (part === '\r') this.#column = 0
      if (part === '\n') this.#column = 0
    }
  }

  #column = 0

  #put(text: string): void {
    const line = this.#lines[this.#row] ?? ''
    this.#lines[this.#row] = line.slice(0, this.#column) + text
    this.#column += text.length
  }

  get text(): string {
    return Array.from(this.#lines, (line) => (line ?? '').trimEnd())
      .join('\n')
      .trimEnd()
  }
}

function server(sessions: Readonly<Record<string, number>>): ServerSample {
  return {
    startedAt: 1,
    sessions: Object.entries(sessions).map(([name, connections]) => ({
      name,
      connections,
      active: 1,
      inTransaction: 0,
      hidden: 0,
    })),
    database: { xact_commit: 0, xact_rollback: 0, deadlocks: 0, stats_reset: null },
    statements: undefined,
  }
}

function tickAt(second: number, more: Partial<RecordedTick> = {}): RecordedTick {
  return {
    at: STARTED_AT + second * 1_000,
    observation: { server: server({ 'shop@v1#1': 12, 'shop@v2#2': 4, psql: 1 }), apps: [] },
    startedAt: STARTED_AT,
    endsAt: STARTED_AT + 600_000,
    ...more,
  }
}

function viewOn(screen: FakeScreen, out?: string): LiveView {
  const view = new LiveView(screen, out)
  view.begin(madeUpHeader())
  return view
}

describe('sparkline', () => {
  it.each<
    [values: Array<number | undefined>, width: number, top: number | undefined, bars: string]
  >([
    [[0, 1, 2, 3, 4, 5, 6, 7], 8, undefined, '▁▂▃▄▅▆▇█'],
    [[1, 2, 3], 2, 3, '▆█'],
    [[7, undefined, 7], 9, 7, '█ █'],
    [[0, 0], 9, undefined, '▁▁'],
    [[5], 9, 1, '█'],
    [[], 9, undefined, ''],
    [[1, 2], 0, undefined, ''],
  ])('of %j in %i columns up to %s', (values, width, top, bars) => {
    expect(sparkline(values, width, top)).toBe(bars)
  })
})

describe('LiveView', () => {
  it('shows connections by release, the last window, marks, gaps and what is left', () => {
    const screen = new FakeScreen()
    const view = viewOn(screen, 'before.jsonl')
    const gaps = [{ source: 'shop/metrics', code: 'SCRAPE_FAILED' as const, message: 'ECONNRESET' }]
    const [window] = madeUpWindows({ windows: 1, errors: 3, more: { gaps } })
    view.tick(tickAt(1))
    if (window !== undefined) view.line(window)
    view.line({ type: 'mark', at: STARTED_AT + 9_000, text: 'deploy v2' })

    view.tick(tickAt(125))

    expect(screen.text).toMatchInlineSnapshot(`
      "oneprisma monitor  recording before.jsonl  10:02:05Z
      ████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  12 of 60 windows, 7:55 min left

      connections                       17 of 97  ██
        shop@v1                               12  ▆▆
        shop@v2                                4  ▃▃
        psql                                   1  ▁▁
        active, in transaction              3, 0

      last window of 10 s
      p50                                  12 ms  █
      p95                                45.6 ms  █
      p99                                  90 ms  █
      operations                          200 /s  █
      errors                              0.3 /s  █
      waiting for a connection                 0  ▁
      commits, rollbacks            240 /s, 0 /s
      10:00:09Z deploy v2
      1 gap, the last at 10:00:00Z: shop/metrics SCRAPE_FAILED, ECONNRESET"
    `)
  })

  it('tells when the first window begins, and that only a signal ends it', () => {
    const screen = new FakeScreen()
    const view = viewOn(screen)

    view.tick(tickAt(-3, { startedAt: undefined, endsAt: undefined }))
    expect(screen.text).toContain(
      'oneprisma monitor  watching  09:59:57Z\nThe first window begins in 3 s.',
    )

    view.tick(tickAt(14, { endsAt: undefined }))
    expect(screen.text).toContain('window 2 of 10 s, until Ctrl-C')
  })

  it('says so where nobody sees the server', () => {
    const screen = new FakeScreen()
    const observation = { server: { code: 'SERVER_UNREACHABLE', message: 'x' } as const, apps: [] }

    viewOn(screen).tick(tickAt(1, { observation }))

    expect(screen.text).toMatch(/connections +not seen/)
  })

  it('shows what the pools of apps tell where no server is asked', () => {
    const screen = new FakeScreen()
    const numbers = { durationSum: 0, failed: 0, timeouts: 0, waits: 0, waitSum: 0, opened: 0 }
    const gauges = { connections: 5, waiting: 0, max: 9 }
    const app: EndpointReading = {
      startTime: undefined,
      arms: new Map([['canary', { counters: { durations: new Map(), numbers }, gauges }]]),
    }

    viewOn(screen).tick(tickAt(1, { observation: { server: undefined, apps: [app] } }))

    expect(screen.text).toMatch(/connections +5 .*\n {2}canary +5/)
  })

  it('draws over the last frame, in one write, and leaves no line of it', () => {
    const screen = new FakeScreen()
    const view = viewOn(screen)
    view.tick(tickAt(1))
    const high = screen.text.split('\n').length

    view.tick(tickAt(2, { observation: { server: server({ 'shop@v2#2': 4 }), apps: [] } }))

    expect(screen.writes).toHaveLength(2)
    expect(screen.text).not.toContain('shop@v1')
    expect(screen.text.match(/oneprisma monitor/g)).toHaveLength(1)
    expect(screen.text.split('\n').length).toBe(high - 2)
  })

  it.each([20, 40, 61, 200])('fits into %i columns', (columns) => {
    const screen = new FakeScreen(columns)
    const view = viewOn(screen)
    for (const window of madeUpWindows({ windows: 100, errors: 1 })) view.line(window)
    for (let second = 0; second < 300; second++) view.tick(tickAt(second))

    const widths = screen.text.split('\n').map((line) => displayWidth(line))

    expect(Math.max(...widths)).toBeLessThan(columns)
    expect(screen.text).toMatch(/^connec.* 17/m)
  })

  it('fits into few rows', () => {
    const screen = new FakeScreen(80, 5)
    const view = viewOn(screen)

    view.tick(tickAt(1))
    view.tick(tickAt(2))

    expect(screen.text.split('\n').length).toBeLessThan(5)
    expect(screen.text.match(/oneprisma monitor/g)).toHaveLength(1)
  })

  it('begins anew where the terminal was resized', () => {
    const screen = new FakeScreen(80)
    const view = viewOn(screen)
    view.tick(tickAt(1))
    screen.columns = 50

    view.tick(tickAt(2))

    expect(screen.writes[1]).toContain('\u001B[2J\u001B[H')
  })

  it('has colours only where they are wanted', () => {
    const [plain, coloured] = [new FakeScreen(80, 40, false), new FakeScreen(80, 40, true)]

    for (const screen of [plain, coloured]) viewOn(screen).tick(tickAt(1))

    // oxlint-disable-next-line no-control-regex -- colours are these
    expect(plain.writes.join('')).not.toMatch(/\u001B\[\d+m/)
    expect(coloured.writes.join('')).toContain('\u001B[1m')
    expect(stripVTControlCharacters(coloured.writes.join(''))).toBe(
      stripVTControlCharacters(plain.writes.join('')),
    )
  })

  it('hides the cursor while it draws, and shows it again at the end, once', () => {
    const screen = new FakeScreen()
    const view = viewOn(screen)
    view.tick(tickAt(1))
    expect(screen.writes.join('')).toContain('\u001B[?25l')

    view.end()
    view.end()

    expect(screen.writes.filter((text) => text === '\u001B[?25h')).toHaveLength(1)
  })
})

describe('Redraw', () => {
  it('cuts wide signs where they do not fit', () => {
    const screen = new FakeScreen(6)

    new Redraw(screen).draw([
      [{ text: '東京都' }],
      [{ text: 'ab' }, { text: 'cdefgh', colour: 'red' }],
    ])

    expect(screen.text).toBe('東京\nabcde')
  })

  it('writes nothing at the end where nothing was drawn', () => {
    const screen = new FakeScreen()

    new Redraw(screen).end()

    expect(screen.writes).toEqual([])
  })
})
