import { atMost, forComparison, type Bar } from '../bar.ts'
import { median, medianNoise, rounded, shuffled } from '../statistics.ts'
import { PARTS, type MemberClient, type OperationName } from './operations.ts'
import { VARIANTS, type MemberClientClass, type VariantName } from './variants.ts'

const WARM_UP_ROUNDS = 500

// The keys are those of the objects.
const variants = Object.keys(VARIANTS) as VariantName[]
const operations = Object.keys(PARTS) as OperationName[]

/** Microseconds of the operation of each round. */
type Times = Readonly<Record<VariantName, number[]>>

/**
 * Reads and writes with everything on, paired with a bare client. A round is one operation of every
 * variant, in random order, and each is compared with the bare one of its round.
 */
export async function pairWithBare(
  PrismaClient: MemberClientClass,
  url: string,
  rounds: number,
): Promise<Bar[]> {
  Object.assign(process.env, { NODE_ENV: 'production' })
  const clients = new Map(variants.map((name) => [name, VARIANTS[name](PrismaClient, url)]))
  const bars: Bar[] = []
  try {
    for (const operation of operations) {
      console.error(`overhead: ${PARTS[operation].what}`)
      bars.push(...barsOf(operation, await timesOf(operation, clients, rounds)))
    }
    return bars
  } finally {
    for (const client of clients.values()) await client.$disconnect()
  }
}

async function timesOf(
  operation: OperationName,
  clients: ReadonlyMap<VariantName, MemberClient>,
  rounds: number,
): Promise<Times> {
  const { run } = PARTS[operation]
  // One empty list a variant.
  const times = Object.fromEntries(variants.map((name) => [name, [] as number[]])) as Record<
    VariantName,
    number[]
  >
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [name, client] of shuffled([...clients])) {
      const start = process.hrtime.bigint()
      await run(client, round + WARM_UP_ROUNDS)
      const us = Number(process.hrtime.bigint() - start) / 1_000
      if (round >= 0) times[name].push(us)
    }
  }
  return times
}

function barsOf(operation: OperationName, times: Times): Bar[] {
  const { what, limit } = PARTS[operation]
  const ratios = (name: VariantName): number[] =>
    times[name].map((us, round) => us / (times.bare[round] ?? Number.NaN))
  const ratio = (name: VariantName): number => rounded(median(ratios(name)), 4)
  const bar = `${what} in production, ratio to the bare client`
  const noise = rounded(medianNoise(ratios('with everything')), 4)
  return [
    forComparison(`${what} in production`, 'bare', rounded(median(times.bare), 1), 'µs'),
    limit === undefined
      ? forComparison(bar, 'with everything', ratio('with everything'), '×')
      : atMost(bar, 'with everything', ratio('with everything'), '×', limit),
    ...variants
      .filter((name) => name !== 'bare' && name !== 'with everything')
      .map((name) => forComparison(bar, name, ratio(name), '×')),
    forComparison(`noise of that ratio, ${what}, ±`, 'with everything', noise, '×'),
  ]
}
