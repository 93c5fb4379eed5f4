import {
  atLeast,
  atMost,
  exactly,
  forComparison,
  limitedIf,
  type Bar,
  type BenchOptions,
} from './bar.ts'
import { largestIn, withGenerated, withRepository, type Sources } from './codemod/sources.ts'
import {
  CHECK,
  INVENTORY,
  JSCODESHIFT_ALL,
  JSCODESHIFT_COMMAND,
  MIGRATE,
  TS_MORPH_ALL,
  TS_MORPH_PREFILTERED,
  type Tool,
  type ToolRun,
} from './codemod/tool.ts'
import { median, rounded, shuffled } from './statistics.ts'

const TOOLS: readonly Tool[] = [
  INVENTORY,
  CHECK,
  MIGRATE,
  JSCODESHIFT_ALL,
  JSCODESHIFT_COMMAND,
  TS_MORPH_ALL,
  TS_MORPH_PREFILTERED,
]
const OURS: readonly Tool[] = [INVENTORY, CHECK, MIGRATE]
const ROUNDS = 3
/** A folder with repositories; the largest is measured beside the generated one. */
const REPOSITORIES = 'BENCH_REPOSITORIES'

/** How long it takes to find every client of a whole repository, and how much memory, beside others. */
export async function codemod({ isQuick, only }: BenchOptions): Promise<Bar[]> {
  if (only !== undefined) return withRepository(only, measureAll)
  const bars = withGenerated(isQuick ? 1_000 : 5_000, measureAll)
  const folder = process.env[REPOSITORIES]
  return folder === undefined ? bars : [...bars, ...withRepository(largestIn(folder), measureAll)]
}

function measureAll(sources: Sources): Bar[] {
  const runs = new Map<Tool, ToolRun[]>(TOOLS.map((tool) => [tool, []]))
  // The first run of ours reads the files from the disk, which is not what is compared.
  INVENTORY.run(sources)
  for (let round = 0; round < ROUNDS; round++) {
    for (const tool of shuffled(TOOLS)) {
      console.error(`codemod: ${sources.name}, round ${round + 1} of ${ROUNDS}, ${tool.name}`)
      runs.get(tool)?.push(tool.run(sources))
    }
  }
  // `check` leaves out the sites that are to stay as they are.
  const complete = [...runs].filter(([tool]) => tool !== CHECK)
  const expected = expectedSites(
    sources,
    complete.flatMap(([, its]) => its),
  )
  return [
    ...speedBars(sources, runs),
    ...complete.map(([tool, its]) => {
      const wrong = Math.max(...its.map(({ sites }) => differences(expected, sites)))
      const variant = `${tool.name}, ${sources.name}`
      return exactly('sites missed or made up', variant, wrong, `of ${expected.length}`, 0)
    }),
  ]
}

function speedBars({ name, files }: Sources, runs: ReadonlyMap<Tool, readonly ToolRun[]>): Bar[] {
  const ms = (tool: Tool): number => median((runs.get(tool) ?? []).map((run) => run.ms))
  const most = (tool: Tool, of: (run: ToolRun) => number): number =>
    Math.max(...(runs.get(tool) ?? []).map(of))
  const variant = (tool: Tool): string => `${tool.name}, ${name}`
  const faster = (than: Tool, limit: number | undefined): Bar => {
    const figure = [variant(INVENTORY), rounded(ms(than) / ms(INVENTORY), 1), '×'] as const
    const bar = `inventory, times as fast as ${than.name}`
    return limit === undefined ? forComparison(bar, ...figure) : atLeast(bar, ...figure, limit)
  }
  return [
    faster(JSCODESHIFT_ALL, 20),
    faster(JSCODESHIFT_COMMAND, undefined),
    faster(TS_MORPH_ALL, 5),
    faster(TS_MORPH_PREFILTERED, undefined),
    ...TOOLS.filter((tool) => tool !== JSCODESHIFT_COMMAND).map((tool) => {
      const peak = rounded(most(tool, ({ peakBytes }) => peakBytes) / 2 ** 20, 0)
      return limitedIf(OURS.includes(tool), atMost('peak memory', variant(tool), peak, 'MB', 200))
    }),
    ...TOOLS.flatMap((tool) => [
      forComparison('the whole process', variant(tool), rounded(ms(tool), 0), 'ms'),
      forComparison(
        'files a second',
        variant(tool),
        rounded(files.length / (ms(tool) / 1e3), 0),
        '',
      ),
    ]),
    ...TOOLS.map((tool) =>
      forComparison(
        'files that do not parse',
        variant(tool),
        most(tool, (run) => run.failures),
        '',
      ),
    ),
  ]
}

/** What is planted; of a repository of others all that any of the tools has found. */
function expectedSites({ planted }: Sources, runs: readonly ToolRun[]): readonly string[] {
  if (planted !== undefined) {
    return planted.flatMap(({ path, line, kind }) => (kind === 'new' ? [`${path}:${line}`] : []))
  }
  return [...new Set(runs.flatMap(({ sites }) => sites))]
}

/** How many sites are in one of two lists only, counted as often as they are there. */
function differences(expected: readonly string[], found: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const site of expected) counts.set(site, (counts.get(site) ?? 0) + 1)
  for (const site of found) counts.set(site, (counts.get(site) ?? 0) - 1)
  return [...counts.values()].reduce((sum, count) => sum + Math.abs(count), 0)
}
