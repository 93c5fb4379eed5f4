import { join } from 'node:path'
import { atMost, forComparison, type Bar } from '../bar.ts'
import type { BenchDatabase } from '../bench-database.ts'
import { Subject } from '../observe/subjects.ts'
import { median, medianNoise, rounded, shuffled } from '../statistics.ts'
import type { OperationName } from './operations.ts'
import { VARIANTS, type VariantName } from './variants.ts'

// Processes that run the same code differ by some per cent, by what the compiler of V8 made of it.
const LAUNCHES = 5
const WARM_UP_ROUNDS = 100

const LIMITS: Readonly<Record<OperationName, Limit>> = {
  lookup: { what: 'one-row lookup', limit: 0.95 },
  relations: { what: 'list with three relations', limit: 0.9 },
  create: { what: 'create', limit: 1 },
  update: { what: 'update', limit: 1 },
  // Nothing is named in one, unless that is asked for.
  transaction: { what: 'transaction of three statements' },
}

interface Limit {
  readonly what: string
  readonly limit?: number
}

// The keys are those of the objects.
const variants = Object.keys(VARIANTS) as VariantName[]
const others = variants.filter((name) => name !== 'bare' && name !== 'with everything')
const operations = Object.keys(LIMITS) as OperationName[]

/** Microseconds of each round. */
type Times = Readonly<Record<OperationName, Map<VariantName, number[]>>>

/**
 * Reads and writes with everything on, against a bare client, each in a process of its own. A round is
 * some operations of one kind by every variant, in random order, and each is compared with the bare
 * one of its round. All of it is done with new processes several times.
 */
export async function compareWithBare(
  database: BenchDatabase,
  folder: string,
  rounds: number,
): Promise<Bar[]> {
  const launches: Times[] = []
  for (let launch = 1; launch <= LAUNCHES; launch++) {
    console.error(`overhead: launch ${launch} of ${LAUNCHES}`)
    launches.push(await timesOfLaunch(database, folder, rounds / LAUNCHES))
  }
  return operations.flatMap((operation) => barsOf(operation, launches))
}

async function timesOfLaunch(
  database: BenchDatabase,
  folder: string,
  rounds: number,
): Promise<Times> {
  const program = join(import.meta.dirname, 'subject.ts')
  const subjects = new Map<VariantName, Subject>()
  const noTimes = (): Map<VariantName, number[]> => new Map(variants.map((name) => [name, []]))
  const times = {
    lookup: noTimes(),
    relations: noTimes(),
    create: noTimes(),
    update: noTimes(),
    transaction: noTimes(),
  }
  try {
    for (const name of variants) {
      subjects.set(name, await Subject.start(name, folder, database.url, program))
    }
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (const operation of operations) {
        for (const name of shuffled(variants)) {
          const us = (await subjects.get(name)?.round(operation)) ?? Number.NaN
          if (round >= 0) times[operation].get(name)?.push(us)
        }
      }
    }
    return times
  } finally {
    await Promise.all([...subjects.values()].map((subject) => subject.end()))
  }
}

function barsOf(operation: OperationName, launches: readonly Times[]): Bar[] {
  const { what, limit } = LIMITS[operation]
  const of = (times: Times, name: VariantName): number[] => times[operation].get(name) ?? []
  const ratios = (name: VariantName): number[] =>
    launches.map((times) =>
      median(of(times, name).map((us, round) => us / (of(times, 'bare')[round] ?? Number.NaN))),
    )
  const ratio = (name: VariantName): number => rounded(median(ratios(name)), 4)
  const bare = median(launches.flatMap((times) => of(times, 'bare')))
  const bar = `${what} in production, ratio to the bare client in a process of its own`
  const noise = rounded(medianNoise(ratios('with everything')), 4)
  return [
    forComparison(`${what} in production`, 'bare', rounded(bare, 1), 'µs'),
    limit === undefined
      ? forComparison(bar, 'with everything', ratio('with everything'), '×')
      : atMost(bar, 'with everything', ratio('with everything'), '×', limit),
    ...others.map((name) => forComparison(bar, name, ratio(name), '×')),
    forComparison(`noise of that ratio, ${what}, ±`, 'with everything', noise, '×'),
  ]
}
