import { atMost, forComparison, type Bar } from '../bar.ts'
import { median, medianNoise, rounded, shuffled } from '../statistics.ts'
import { PARTS, type MemberClient, type OperationName } from './operations.ts'
import { VARIANTS, type MemberClientClass, type VariantName } from './variants.ts'

// What is called once a round is compiled late, and what several variants do is compiled earlier.
const WARM_UP_ROUNDS = 3_000

// Two at a time: variants that do the same keep it in the caches of the processor for one another.
const OTHERS = [
  'with everything',
  'bare again',
  'with names in transactions too',
  'with everything but names',
] as const satisfies VariantName[]
type Other = (typeof OTHERS)[number]

// The keys are those of the object.
const operations = Object.keys(PARTS) as OperationName[]

/** Microseconds of an operation by the bare client, and by the other one of the same round. */
interface Times {
  readonly bare: number[]
  readonly other: number[]
}

/**
 * Reads and writes with everything on, paired with a bare client. A round is one operation of both, in
 * random order, and what slows the machine for longer than that slows both.
 */
export async function pairWithBare(
  PrismaClient: MemberClientClass,
  url: string,
  rounds: number,
): Promise<Bar[]> {
  Object.assign(process.env, { NODE_ENV: 'production' })
  const bare = VARIANTS.bare(PrismaClient, url)
  const bars: Bar[] = []
  try {
    for (const name of OTHERS) {
      const other = VARIANTS[name](PrismaClient, url)
      for (const operation of operations) {
        console.error(`overhead: ${PARTS[operation].what}, ${name}`)
        bars.push(...barsOf(operation, name, await timesOf(operation, bare, other, rounds)))
      }
      await other.$disconnect()
    }
    return bars
  } finally {
    await bare.$disconnect()
  }
}

async function timesOf(
  operation: OperationName,
  bare: MemberClient,
  other: MemberClient,
  rounds: number,
): Promise<Times> {
  const { run } = PARTS[operation]
  const times: Times = { bare: [], other: [] }
  const clients = { bare, other }
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const which of shuffled(['bare', 'other'] as const)) {
      const start = process.hrtime.bigint()
      await run(clients[which], round + WARM_UP_ROUNDS)
      const us = Number(process.hrtime.bigint() - start) / 1_000
      if (round >= 0) times[which].push(us)
    }
  }
  return times
}

function barsOf(operation: OperationName, name: Other, { bare, other }: Times): Bar[] {
  const { what, limit } = PARTS[operation]
  const bar = `${what} in production, ratio to the bare client`
  const ratios = other.map((us, round) => us / (bare[round] ?? Number.NaN))
  const ratio = rounded(median(ratios), 4)
  if (name !== 'with everything') return [forComparison(bar, name, ratio, '×')]
  return [
    forComparison(`${what} in production`, 'bare', rounded(median(bare), 1), 'µs'),
    limit === undefined
      ? forComparison(bar, name, ratio, '×')
      : atMost(bar, name, ratio, '×', limit),
    forComparison(`noise of that ratio, ${what}, ±`, name, rounded(medianNoise(ratios), 4), '×'),
  ]
}
