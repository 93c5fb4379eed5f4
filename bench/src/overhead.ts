import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { disconnect, sharePrisma } from '@oneprisma/client'
import { PrismaPg } from '@prisma/adapter-pg'
import { atMost, forComparison, type Bar, type BenchOptions } from './bar.ts'
import { BenchApp } from './bench-app.ts'
import { BenchDatabase } from './bench-database.ts'
import { median, medianNoise, rounded, shuffled } from './statistics.ts'

const QUERIES_A_ROUND = 100

/** The part of the generated client that is measured. */
interface UserClient {
  readonly user: { findUnique(args: { where: { id: number } }): Promise<unknown> }
  $disconnect(): Promise<void>
}

type UserClientClass = new (options: object) => UserClient

/**
 * One-row lookups through the handle, with and without `observe`, against a bare client. Rounds of
 * all variants are interleaved in random order, and each is compared with the bare one of its turn.
 *
 * The handle stands for the bare client itself, so that both use one pool and one connection;
 * `observe` needs an adapter of its own, and its bare twin is a second client.
 */
export async function overhead({ isQuick }: BenchOptions): Promise<Bar[]> {
  await using database = await BenchDatabase.start()
  using app = await BenchApp.create('overhead', 'documented')
  const generated = pathToFileURL(join(app.folder, 'generated/client.ts')).href
  // The generated client of the bench app, which is made anew for every run.
  const { PrismaClient } = (await import(generated)) as { PrismaClient: UserClientClass }
  const adapter = () => new PrismaPg({ connectionString: database.url, max: 1 })

  const bare = new PrismaClient({ adapter: adapter() })
  const twin = new PrismaClient({ adapter: adapter() })
  const handle = sharePrisma(() => bare, { name: 'handle' })
  const observed = sharePrisma(({ observe }) => new PrismaClient({ adapter: observe(adapter()) }), {
    name: 'observed',
  })
  const variants = { bare, again: bare, twin, handle, observed }
  try {
    const rounds = isQuick ? 60 : 400
    const times = await measure(variants, rounds)
    const ratios = (name: keyof typeof variants, to: keyof typeof variants) =>
      times[name].map((time, round) => time / (times[to][round] ?? Number.NaN))
    const row = (label: string, values: number[]) =>
      forComparison('one query, ratio to the bare client', label, rounded(median(values), 4), '×')
    return [
      forComparison('one query', 'bare', rounded(median(times.bare), 1), 'µs'),
      row('bare again (noise)', ratios('again', 'bare')),
      row('another bare client (noise)', ratios('twin', 'bare')),
      ratioBar('handle', ratios('handle', 'bare'), 1.02),
      ratioBar('handle with observe', ratios('observed', 'twin'), 1.04),
      forComparison(
        'noise of a ratio, ±',
        'handle',
        rounded(medianNoise(ratios('handle', 'bare')), 4),
        '×',
      ),
    ]
  } finally {
    await disconnect(observed)
    await twin.$disconnect()
    await bare.$disconnect()
  }
}

function ratioBar(variant: string, values: number[], limit: number): Bar {
  const bar = 'one query, ratio to the bare client'
  return atMost(bar, variant, rounded(median(values), 4), '×', limit)
}

/** Microseconds a query in each round, for each variant. */
async function measure<Name extends string>(
  variants: Readonly<Record<Name, UserClient>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  // The keys are those of the object that was given.
  const names = Object.keys(variants) as Name[]
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >
  for (let warmUp = 0; warmUp < 5; warmUp++) {
    for (const name of names) await timeOf(variants[name])
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(names)) times[name].push(await timeOf(variants[name]))
    if (round % 50 === 0) console.error(`overhead: round ${round} of ${rounds}`)
  }
  return times
}

async function timeOf(client: UserClient): Promise<number> {
  const start = process.hrtime.bigint()
  for (let query = 0; query < QUERIES_A_ROUND; query++) {
    await client.user.findUnique({ where: { id: 1 + (query % 100) } })
  }
  return Number(process.hrtime.bigint() - start) / QUERIES_A_ROUND / 1_000
}
