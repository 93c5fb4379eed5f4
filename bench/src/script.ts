import { atMost, exactly, forComparison, limitedIf, type Bar, type BenchOptions } from './bar.ts'
import { BenchDatabase } from './bench-database.ts'
import { runProgram, type ProgramEnd } from './program.ts'
import { median, rounded, shuffled } from './statistics.ts'

const OURS = 'oneprisma'
const VARIANTS = [OURS, '$disconnect() in finally', 'bare client'] as const
type Variant = (typeof VARIANTS)[number]

const FORMATS = { 'timing.mjs': 'ES module', 'timing.cjs': 'CommonJS', 'timing.ts': 'tsx' } as const
// Its idle connection holds the process for 10 seconds, every time.
const SLOW_ROUNDS = 3

interface Way {
  readonly name: string
  /** The exit code, or 128 and the number of the signal, that tells a parent what happened. */
  readonly status: number
  /** What the parent sends, and after which line. */
  readonly signals?: ReadonlyArray<readonly [line: string, signal: NodeJS.Signals]>
  /** Whether the program has work whose loss would be seen. */
  readonly hasWork: boolean
}

const WAYS: readonly Way[] = [
  { name: 'main returns', status: 0, hasWork: true },
  { name: 'main throws', status: 1, hasWork: true },
  { name: 'main rejects with no error', status: 1, hasWork: false },
  { name: 'process.exitCode is set', status: 3, hasWork: true },
  { name: 'process.exitCode is set, and main throws', status: 3, hasWork: false },
  {
    name: 'SIGTERM in a transaction',
    status: 128 + 15,
    signals: [['ready', 'SIGTERM']],
    hasWork: true,
  },
  {
    name: 'SIGINT, and main stops when told',
    status: 128 + 2,
    signals: [['ready', 'SIGINT']],
    hasWork: true,
  },
  {
    name: 'a second signal',
    status: 128 + 15,
    signals: [
      ['ready', 'SIGTERM'],
      ['again', 'SIGTERM'],
    ],
    hasWork: false,
  },
  { name: 'a connection that does not close', status: 1, hasWork: false },
  { name: 'a callback throws', status: 1, hasWork: true },
  { name: 'a rejection that nobody handles', status: 1, hasWork: true },
  { name: 'main calls process.exit', status: 4, hasWork: true },
  { name: 'main waits for ever', status: 13, hasWork: true },
  { name: 'work that nobody awaits', status: 0, hasWork: true },
]

/** How soon scripts end after their last query, and with what status in which ending. */
export async function script({ isQuick }: BenchOptions): Promise<Bar[]> {
  await using database = await BenchDatabase.start()
  await database.query('CREATE TABLE program_note (program text, text text)')
  return [...(await timings(database, isQuick ? 5 : 30)), ...(await endings(database))]
}

async function timings(database: BenchDatabase, rounds: number): Promise<Bar[]> {
  const cases = Object.entries(FORMATS).flatMap(([file, format]) =>
    VARIANTS.slice(0, 2).map((variant) => ({ file, format, variant, times: [] as number[] })),
  )
  const nothing: number[] = []
  const measure = (file: string, variant: Variant): Promise<number> =>
    runProgram(database, variant, [file]).then(({ msAfterLast }) => msAfterLast)

  const slow = new Map<string, number[]>()
  for (const [file, format] of Object.entries(FORMATS)) {
    const runs = Array.from({ length: SLOW_ROUNDS }, () => measure(file, 'bare client'))
    slow.set(format, await Promise.all(runs))
  }
  for (let round = -1; round < rounds; round++) {
    const empty = await measure('nothing.mjs', 'bare client')
    if (round >= 0) nothing.push(empty)
    for (const { file, variant, times } of shuffled(cases)) {
      const ms = await measure(file, variant)
      if (round >= 0) times.push(ms)
    }
  }

  const bar = 'from the last answer to the end of the process, median'
  return [
    ...cases.map(({ format, variant, times }) =>
      limitedIf(
        variant === OURS,
        atMost(bar, `${variant}, ${format}`, rounded(median(times), 1), 'ms', 50),
      ),
    ),
    ...[...slow].map(([format, times]) =>
      forComparison(bar, `bare client, ${format}`, rounded(median(times), 0), 'ms'),
    ),
    forComparison(bar, 'a program that does nothing', rounded(median(nothing), 1), 'ms'),
  ]
}

async function endings(database: BenchDatabase): Promise<Bar[]> {
  const rows: Row[] = []
  for (const way of WAYS) {
    console.error(`script: ${way.name}`)
    const ends = await Promise.all(
      VARIANTS.map((variant) =>
        runProgram(database, variant, ['ending.mjs', way.name], way.signals),
      ),
    )
    for (const [index, variant] of VARIANTS.entries()) {
      const end = ends[index]
      if (end !== undefined) rows.push({ way, variant, end })
    }
  }
  return [...VARIANTS.flatMap((variant) => countsOf(variant, rows)), ...rows.flatMap(detailsOf)]
}

/** How a variant ended in one of the ways. */
interface Row {
  readonly way: Way
  readonly variant: Variant
  readonly end: ProgramEnd
}

function countsOf(variant: Variant, rows: readonly Row[]): Bar[] {
  const own = rows.filter((row) => row.variant === variant)
  const withWork = own.filter(({ way }) => way.hasWork)
  const none = (what: string, among: readonly Row[], isSo: (row: Row) => boolean): Bar =>
    limitedIf(
      variant === OURS,
      exactly(what, variant, among.filter(isSo).length, `of ${among.length}`, 0),
    )
  return [
    none(
      'endings with another status than promised',
      own,
      ({ way, end }) => !isAsPromised(way, end),
    ),
    none('endings that leave sessions at the server', own, ({ end }) => end.sessions > 0),
    none('endings that lose work', withWork, ({ end }) => !end.isWorkDone),
  ]
}

function isAsPromised(way: Way, end: ProgramEnd): boolean {
  return end.status === way.status && end.isBySignal === (way.signals !== undefined)
}

function detailsOf({ way, variant, end }: Row): Bar[] {
  const detail = (what: string, value: number): Bar =>
    forComparison(`${way.name}: ${what}`, variant, value, '')
  return [
    detail(`status (${way.status} is right, -1 hung)`, end.status),
    ...(way.hasWork ? [detail('work done', Number(end.isWorkDone))] : []),
  ]
}
