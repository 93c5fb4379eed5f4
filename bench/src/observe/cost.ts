import { atMost, forComparison, type Bar } from '../bar.ts'
import type { BenchDatabase } from '../bench-database.ts'
import { median, medianNoise, rounded, shuffled } from '../statistics.ts'
import { Subject } from './subjects.ts'
import { VARIANTS, type VariantName } from './variants.ts'

// Processes that run the same code differ by some per cent, by what the compiler of V8 made of it.
const LAUNCHES = 5
const WARM_UP_ROUNDS = 500
const BAR = 'one query in production, ratio to the bare client in a request scope'
const BARE = 'ratio to the bare client in a process without any AsyncLocalStorage'
const SCOPED = 'bare, in a request scope'
type Times = Map<VariantName, number[]>

// The keys are those of the object.
const names = Object.keys(VARIANTS) as VariantName[]

/**
 * One-row lookups with everything on, against a bare client, each in a process of its own. A round
 * is some requests of every variant, in random order, and each is compared with the bare one of its
 * round. All of it is done with new processes several times.
 */
export async function measureCost(
  database: BenchDatabase,
  folder: string,
  rounds: number,
): Promise<Bar[]> {
  const launches: Times[] = []
  for (let launch = 1; launch <= LAUNCHES; launch++) {
    console.error(`observe: launch ${launch} of ${LAUNCHES}`)
    launches.push(await timesOfLaunch(database, folder, rounds / LAUNCHES))
  }
  return barsOf(launches)
}

async function timesOfLaunch(
  database: BenchDatabase,
  folder: string,
  rounds: number,
): Promise<Times> {
  const subjects = new Map<VariantName, Subject>()
  const times: Times = new Map(names.map((name) => [name, []]))
  try {
    for (const name of names) {
      subjects.set(name, await Subject.start(name, folder, database.url))
    }
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (const name of shuffled(names)) {
        const us = (await subjects.get(name)?.round()) ?? Number.NaN
        if (round >= 0) times.get(name)?.push(us)
      }
    }
    return times
  } finally {
    await Promise.all([...subjects.values()].map((subject) => subject.end()))
  }
}

function barsOf(launches: readonly Times[]): Bar[] {
  const times = (name: VariantName): number[] => launches.flatMap((each) => each.get(name) ?? [])
  const ratios = (name: VariantName, to: VariantName): number[] =>
    launches.map((each) => median(paired(each.get(name) ?? [], each.get(to) ?? [])))
  const ratio = (name: VariantName, to: VariantName = SCOPED): number =>
    rounded(median(ratios(name, to)), 4)
  const plugins = ratio('three plugins of Prisma')
  const openTelemetry = ratio('OpenTelemetry for pg and Prisma')
  const noise = rounded(medianNoise(ratios('oneprisma', SCOPED)), 4)
  return [
    forComparison('one query in production', 'bare', rounded(median(times('bare')), 1), 'µs'),
    forComparison('the same in a request scope, ratio', 'bare', ratio(SCOPED, 'bare'), '×'),
    atMost(BAR, 'context, metrics, slow log', ratio('oneprisma'), '×', 1.05),
    atMost(BAR, 'the same with comments', ratio('oneprisma, comments'), '×', 1.1),
    atMost(BAR, 'comments, against the plugins', ratio('oneprisma, comments'), '×', plugins),
    forComparison(BAR, 'three plugins of Prisma', plugins, '×'),
    forComparison(BAR, 'OpenTelemetry for pg and Prisma', openTelemetry, '×'),
    forComparison('noise of that ratio, ±', 'context, metrics, slow log', noise, '×'),
    ...names.map((name) => forComparison(BARE, name, ratio(name, 'bare'), '×')),
  ]
}

function paired(times: readonly number[], others: readonly number[]): number[] {
  return times.map((us, round) => us / (others[round] ?? Number.NaN))
}
