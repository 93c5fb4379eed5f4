import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { disconnect, sharePrisma } from '@oneprisma/client'
import { PrismaPg } from '@prisma/adapter-pg'
import { atMost, forComparison, type Bar, type BenchOptions } from './bar.ts'
import { BenchApp } from './bench-app.ts'
import { BenchDatabase } from './bench-database.ts'
import { measureOpening } from './overhead/opening.ts'
import { compareProcesses } from './overhead/own-process.ts'
import { pairWithBare } from './overhead/paired.ts'
import { addRelations } from './overhead/relations.ts'
import type { MemberClientClass } from './overhead/variants.ts'
import { median, medianNoise, rounded, shuffled } from './statistics.ts'

const WARM_UP_ROUNDS = 1_000

/** The part of the generated client that is measured. */
interface UserClient {
  readonly user: { findUnique(args: { where: { id: number } }): Promise<unknown> }
  $disconnect(): Promise<void>
}

type UserClientClass = new (options: object) => UserClient

const MODES = ['production', 'development'] as const

/** What it costs to go through the handle, and what is saved where statements get names. */
export async function overhead({ isQuick, only }: BenchOptions): Promise<Bar[]> {
  await using database = await BenchDatabase.start()
  using app = await BenchApp.create('overhead', 'documented')
  await addRelations(app, database)
  const { folder } = app
  const { url } = database
  const generated = pathToFileURL(join(folder, 'generated/client.ts')).href
  // The generated client of the bench app, which is made anew for every run.
  const { PrismaClient } = (await import(generated)) as {
    PrismaClient: UserClientClass & MemberClientClass
  }
  const bars: Bar[] = []
  if (only === undefined || only === 'handle') {
    bars.push(...(await measureHandle(PrismaClient, url, isQuick ? 4_000 : 40_000)))
  }
  if (only === undefined || only === 'names') {
    bars.push(...(await pairWithBare(PrismaClient, url, isQuick ? 2_000 : 10_000)))
    bars.push(...(await compareProcesses(folder, url, isQuick ? 250 : 2_500)))
    bars.push(...(await measureOpening(url, isQuick ? 50 : 200)))
  }
  return bars
}

/**
 * One-row lookups through the handle, with and without `observe`, against a bare client. A round is
 * one query of every variant, in random order, and each is compared with the bare one of its round:
 * what slows the machine for longer than a millisecond then slows them all.
 */
async function measureHandle(
  PrismaClient: UserClientClass,
  url: string,
  rounds: number,
): Promise<Bar[]> {
  const bars: Bar[] = []
  for (const mode of MODES) {
    // Prisma and oneprisma both read it when they work, not when they are loaded.
    Object.assign(process.env, { NODE_ENV: mode })
    console.error(`overhead: ${mode}`)
    bars.push(...(await measureMode(mode, PrismaClient, url, rounds)))
  }
  return bars
}

/**
 * The handle stands for the bare client itself, so that both use one pool and one connection;
 * `observe` needs an adapter of its own, and its bare twin is a second client.
 */
async function measureMode(
  mode: string,
  PrismaClient: UserClientClass,
  url: string,
  rounds: number,
): Promise<Bar[]> {
  const adapter = () => new PrismaPg({ connectionString: url, max: 1 })
  const bare = new PrismaClient({ adapter: adapter() })
  const twin = new PrismaClient({ adapter: adapter() })
  const handle = sharePrisma(() => bare, { name: `handle-${mode}` })
  const observed = sharePrisma(({ observe }) => new PrismaClient({ adapter: observe(adapter()) }), {
    name: `observed-${mode}`,
  })
  const variants = { bare, again: bare, twin, handle, observed }
  try {
    const times = await measure(variants, rounds)
    const ratios = (name: keyof typeof variants, to: keyof typeof variants) =>
      times[name].map((time, round) => time / (times[to][round] ?? Number.NaN))
    const bar = `one query in ${mode}, ratio to the bare client`
    const ratio = (values: readonly number[]) => rounded(median(values), 4)
    const noise = rounded(medianNoise(ratios('handle', 'bare')), 4)
    return [
      forComparison(`one query in ${mode}`, 'bare', rounded(median(times.bare), 1), 'µs'),
      forComparison(bar, 'bare again (noise)', ratio(ratios('again', 'bare')), '×'),
      forComparison(bar, 'another bare client', ratio(ratios('twin', 'bare')), '×'),
      atMost(bar, 'handle', ratio(ratios('handle', 'bare')), '×', 1.02),
      atMost(bar, 'handle with observe', ratio(ratios('observed', 'twin')), '×', 1.04),
      forComparison(`noise of that ratio in ${mode}, ±`, 'handle', noise, '×'),
    ]
  } finally {
    await disconnect(observed)
    await twin.$disconnect()
    await bare.$disconnect()
  }
}

/** Microseconds of the query of each round, for each variant. */
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
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const name of shuffled(names)) {
      const time = await timeOf(variants[name], 1 + (Math.abs(round) % 100))
      if (round >= 0) times[name].push(time)
    }
    if (round % 10_000 === 0) console.error(`overhead: round ${round} of ${rounds}`)
  }
  return times
}

async function timeOf(client: UserClient, id: number): Promise<number> {
  const start = process.hrtime.bigint()
  await client.user.findUnique({ where: { id } })
  return Number(process.hrtime.bigint() - start) / 1_000
}
