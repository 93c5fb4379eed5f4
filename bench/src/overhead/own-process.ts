import { join } from 'node:path'
import { forComparison, type Bar } from '../bar.ts'
import { Subject } from '../observe/subjects.ts'
import { median, medianNoise, rounded, shuffled } from '../statistics.ts'
import { PARTS, type OperationName } from './operations.ts'
import type { VariantName } from './variants.ts'

// Processes that run the same code differ by some per cent, by what the compiler of V8 made of it.
const LAUNCHES = 5
const WARM_UP_ROUNDS = 200

const VARIANTS = ['bare', 'bare again', 'with everything'] as const satisfies VariantName[]
const OPERATIONS = ['lookup', 'relations'] as const satisfies OperationName[]

/** Microseconds of each round, by operation and variant. */
type Times = ReadonlyMap<string, number[]>

/**
 * Reads with everything on, against a bare client, each in a process of its own: the AsyncLocalStorage
 * of telemetry slows all of a process, also a bare client in it. A round is some operations of every
 * variant, in random order; all of it is done with new processes several times.
 */
export async function compareProcesses(
  folder: string,
  url: string,
  rounds: number,
): Promise<Bar[]> {
  const launches: Times[] = []
  for (let launch = 1; launch <= LAUNCHES; launch++) {
    console.error(`overhead: launch ${launch} of ${LAUNCHES}`)
    launches.push(await timesOfLaunch(folder, url, rounds / LAUNCHES))
  }
  return OPERATIONS.flatMap((operation) => barsOf(operation, launches))
}

async function timesOfLaunch(folder: string, url: string, rounds: number): Promise<Times> {
  const program = join(import.meta.dirname, 'subject.ts')
  const subjects = new Map<VariantName, Subject>()
  const times = new Map<string, number[]>()
  try {
    for (const name of VARIANTS) {
      subjects.set(name, await Subject.start(name, folder, url, program))
    }
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (const operation of OPERATIONS) {
        for (const name of shuffled(VARIANTS)) {
          const us = (await subjects.get(name)?.round(operation)) ?? Number.NaN
          const key = operation + name
          if (round >= 0) times.set(key, [...(times.get(key) ?? []), us])
        }
      }
    }
    return times
  } finally {
    await Promise.all([...subjects.values()].map((subject) => subject.end()))
  }
}

function barsOf(operation: OperationName, launches: readonly Times[]): Bar[] {
  const ratios = (name: VariantName): number[] =>
    launches.map((times) => {
      const bare = times.get(`${operation}bare`) ?? []
      const own = times.get(operation + name) ?? []
      return median(own.map((us, round) => us / (bare[round] ?? Number.NaN)))
    })
  const what = `${PARTS[operation].what} in production`
  const row = (name: VariantName): Bar =>
    forComparison(
      `${what}, ratio to a bare client alone in its process`,
      name,
      rounded(median(ratios(name)), 4),
      '×',
    )
  const noise = rounded(medianNoise(ratios('with everything')), 4)
  return [
    row('with everything'),
    row('bare again'),
    forComparison(`noise of that ratio, ${what}, ±`, 'with everything', noise, '×'),
  ]
}
