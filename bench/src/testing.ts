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
  { name: 'jest-prisma', runner: 'jest', setup: 'peer', isolation: 'transaction' },
  { name: 'one database for all', runner: 'jest', setup: 'nothing', isolation: 'database' },
]

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
  for (const variant of VARIANTS.filter(({ runner }) => only === undefined || runner === only)) {
    console.error(`testing: ${files} files, ${variant.runner}, ${variant.name}`)
    const url = await databaseFor(variant, postgres, all.path)
    bars.push(...isolationBars(variant, files, await runTests(all.path, url, variant, WORKERS)))
    if (variant.setup !== 'ours') continue
    bars.push(...costBars(variant, await runTests(few.path, url, variant, 1)))
  }
  return bars
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

function costBars(variant: Variant, run: TestRunResult): Bar[] {
  const [load, open, close] = [run.loadMs, run.openMs, run.closeMs].map((each) => median(each))
  const cost = (bar: string, ms = Number.NaN): Bar =>
    forComparison(bar, label(variant), rounded(ms, 1), 'ms')
  const most = variant.isolation === 'database' ? 60 : 5
  const total = rounded((open ?? Number.NaN) + (close ?? Number.NaN), 1)
  return [
    atMost('a file, to open and to close', label(variant), total, 'ms', most),
    cost('a file, to open', open),
    cost('a file, to close', close),
    // Jest loads what opens a file once for each worker.
    ...(run.loadMs.length === 0 ? [] : [cost('a file, to load the set-up', load)]),
  ]
}

function label({ name, runner }: Variant): string {
  return `${name}, ${runner}`
}
