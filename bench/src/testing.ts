import { join } from 'node:path'
import { deployMigrations, startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { atMost, exactly, forComparison, limitedIf, type Bar, type BenchOptions } from './bar.ts'
import { median, rounded } from './statistics.ts'
import { AppFolder } from './testing/app-folder.ts'
import { runTests, type TestRunResult, type Variant } from './testing/run-tests.ts'

const TESTS_A_FILE = 3
const VARIANTS: readonly Variant[] = [
  { name: 'a database a file', runner: 'vitest', setup: 'ours', isolation: 'database' },
  { name: 'a transaction a test', runner: 'vitest', setup: 'ours', isolation: 'transaction' },
  {
    name: 'vitest-environment-prisma-postgres',
    runner: 'vitest',
    setup: 'peer',
    isolation: 'transaction',
  },
  { name: 'one database for all', runner: 'vitest', setup: 'nothing', isolation: 'database' },
  { name: 'a database a file', runner: 'jest', setup: 'ours', isolation: 'database' },
  { name: 'a transaction a test', runner: 'jest', setup: 'ours', isolation: 'transaction' },
  // It undoes a write by itself, and not one in a `$transaction` with a list, since the client of a
  // transaction has had such a method of its own (Prisma 7).
  { name: 'jest-prisma', runner: 'jest', setup: 'peer', isolation: 'transaction' },
  { name: 'one database for all', runner: 'jest', setup: 'nothing', isolation: 'database' },
]

const LIMIT_MS = { database: 60, transaction: 5 } as const

// More than there are cores, so that files overlap. What a file costs is measured with one.
const WORKERS = 8
const TIMED_FILES = 20

/** Test files that all write the same rows, at once: whether they see each other, and what that costs. */
export async function testing({ isQuick, only }: BenchOptions): Promise<Bar[]> {
  const files = isQuick ? 40 : 200
  using all = await AppFolder.make(files)
  using few = await AppFolder.make(TIMED_FILES)
  await using postgres = await startPostgres({ maxConnections: 200 })
  const bars: Bar[] = []
  const costs: Array<[Variant, FileCost]> = []
  for (const variant of VARIANTS.filter(({ runner }) => only === undefined || runner === only)) {
    console.error(`testing: ${files} files, ${variant.runner}, ${variant.name}`)
    const url = await databaseFor(variant, postgres, all.path)
    bars.push(...isolationBars(variant, files, await runTests(all.path, url, variant, WORKERS)))
    if (variant.setup === 'peer') continue
    costs.push([variant, costOf(await runTests(few.path, url, variant, 1))])
  }
  return [...bars, ...costBars(costs)]
}

/** Ours are given a server, and the others a database that is migrated. */
async function databaseFor(
  { runner, name, setup }: Variant,
  postgres: EmbeddedPostgres,
  folder: string,
): Promise<string> {
  if (setup === 'ours') return postgres.url
  const url = await postgres.createDatabase(`${runner} ${name}`)
  await deployMigrations({ url, directory: join(folder, 'prisma/migrations') })
  return url
}

function isolationBars(variant: Variant, files: number, run: TestRunResult): Bar[] {
  const tests = files * TESTS_A_FILE
  // A test that waits in vain for a row of another file fails, and is disturbed as well.
  const wrong = run.violations + (tests - run.tests)
  const violations = [
    'tests that other files disturb',
    label(variant),
    wrong,
    `of ${tests} tests`,
    0,
  ] as const
  const wall = rounded(run.wallMs / files, 1)
  return [
    limitedIf(variant.setup === 'ours', exactly(...violations)),
    forComparison('the whole run, a file', label(variant), wall, 'ms'),
  ]
}

/** What opening and closing take of one file, in milliseconds. */
interface FileCost {
  readonly open: number
  readonly close: number
}

function costOf({ openMs, closeMs }: TestRunResult): FileCost {
  return { open: median(openMs), close: median(closeMs) }
}

/**
 * What a file takes that opens and closes, beyond one that has nothing opened for it, and closes its
 * client itself.
 */
function costBars(costs: ReadonlyArray<readonly [Variant, FileCost]>): Bar[] {
  return costs.flatMap(([variant, { open, close }]) => {
    const cost = (bar: string, ms: number): Bar =>
      forComparison(bar, label(variant), rounded(ms, 1), 'ms')
    const bars = [cost('a file, to open', open), cost('a file, to close', close)]
    const [, without] =
      costs.find(([{ setup, runner }]) => setup === 'nothing' && runner === variant.runner) ?? []
    if (variant.setup !== 'ours' || without === undefined) return bars
    const added = rounded(open + close - without.open - without.close, 1)
    const most = LIMIT_MS[variant.isolation]
    return [
      atMost('a file, added to open and to close', label(variant), added, 'ms', most),
      ...bars,
    ]
  })
}

function label({ name, runner }: Variant): string {
  return `${name}, ${runner}`
}
