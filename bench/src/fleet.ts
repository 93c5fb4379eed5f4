import { startPgBouncer } from '@oneprisma/engines/pgbouncer'
import { atLeast, atMost, exactly, forComparison, type Bar, type BenchOptions } from './bar.ts'
import { BenchDatabase } from './bench-database.ts'
import { convergenceMs } from './fleet/convergence.ts'
import { Crew } from './fleet/crew.ts'
import type { Load, Way } from './fleet/member-process.ts'
import { pause, runRound, type Plan, type Round } from './fleet/round.ts'
import { longestGapMs, Sampler, type Sample } from './fleet/sampler.ts'
import { median, rounded } from './statistics.ts'

const ROLE = 'member'
const PROCESSES = 40
const REPLACED = 4
const MAX_CONNECTIONS = 100
// Of 100, the server keeps 3 for superusers, and this bench takes 2 to prepare and to look. What is
// left is for processes that join while all slots are taken: each has a connection for the moment in
// which it finds that out.
const BUDGET = 90
// The budget less the place at the door is 89 slots, of which 5 are kept free: 84 for 40 processes.
const SHARE = 2
const CONVERGES_MS = 5_000
const REFUSED = new Set(['53300', 'FLEET_REFUSED'])

/**
 * 40 processes with pools of 10 on a server that has 100 connections, as they join, leave and are
 * killed: as a fleet, through PgBouncer with a pool of the same size, and with neither.
 */
export async function fleet({ isQuick }: BenchOptions): Promise<Bar[]> {
  await using direct = await BenchDatabase.start({}, MAX_CONNECTIONS)
  await using behind = await BenchDatabase.start({}, MAX_CONNECTIONS)
  await using bouncer = await behindPgBouncer(behind)
  await using crew = new Crew(PROCESSES, {
    DIRECT_URL: await direct.createRole(ROLE, 'read'),
    POOLED_URL: bouncer.url,
    FLEET_BUDGET: String(BUDGET),
  })
  await using sampler = await Sampler.on(direct.url, ROLE)
  // PgBouncer opens its connections to the server one after the other, once.
  const warmUp: Plan = { way: 'pgbouncer', load: 'lookups', calmMs: 5_000, replaced: 0 }
  await runRound(crew, warmUp)
  const rounds: Round[] = []
  for (const plan of plansOf(isQuick)) {
    // What one way has left open shall not burden the other.
    if (plan.way !== 'fleet') await sampler.none()
    console.error(`fleet: a round of ${plan.load} by ${plan.way}`)
    rounds.push(await runRound(crew, plan))
    await pause(500)
  }
  return [
    ...failureBars(rounds, crew.told.refusals),
    ...sumBars(rounds, sampler),
    ...throughputBars(rounds),
  ]
}

function plansOf(isQuick: boolean): Plan[] {
  const churn = { calmMs: isQuick ? 6_000 : 8_000, replaced: REPLACED }
  const ways: readonly Way[] = isQuick
    ? ['pgbouncer', 'fleet']
    : ['pgbouncer', 'fleet', 'fleet', 'pgbouncer']
  const loads: readonly Load[] = ['lookups', 'work']
  return [
    ...loads.flatMap((load) => ways.map((way) => ({ way, load, ...churn }))),
    { way: 'none', load: 'lookups', calmMs: 2_000, replaced: 0 },
  ]
}

async function behindPgBouncer(
  database: BenchDatabase,
): Promise<{ readonly url: string } & AsyncDisposable> {
  const upstream = await database.createRole(ROLE, 'read')
  const { url, stop } = await startPgBouncer({ upstream, poolSize: BUDGET })
  return { url, [Symbol.asyncDispose]: stop }
}

function failureBars(rounds: readonly Round[], waitedOut: number): Bar[] {
  const failed = (way: Way, isCounted: (code: string) => boolean): number =>
    roundsOf(rounds, way)
      .flatMap(({ errors }) => Object.entries(errors))
      .filter(([code]) => isCounted(code))
      .reduce((sum, [, count]) => sum + count, 0)
  const refused = (way: Way): number => failed(way, (code) => REFUSED.has(code))
  const other = (way: Way): number => failed(way, (code) => !REFUSED.has(code))
  return [
    exactly('refused connections', 'fleet', refused('fleet'), '', 0),
    forComparison('refused connections', 'pgbouncer', refused('pgbouncer'), ''),
    forComparison('refused connections', 'none', refused('none'), ''),
    forComparison('refusals that nobody was told of', 'fleet', waitedOut, ''),
    exactly('other failed queries', 'fleet', other('fleet'), '', 0),
    forComparison('other failed queries', 'pgbouncer', other('pgbouncer'), ''),
    forComparison('other failed queries', 'none', other('none'), ''),
  ]
}

function sumBars(rounds: readonly Round[], sampler: Sampler): Bar[] {
  const fleetRounds = roundsOf(rounds, 'fleet')
  const samples = fleetRounds.map((round) => sampler.between(round.startedAt, round.endedAt))
  const [none] = roundsOf(rounds, 'none')
  const converged = fleetRounds.flatMap((round) => convergedSamples(round, sampler))
  const convergence = (load: Load): number => {
    const loaded = fleetRounds.filter((round) => round.load === load)
    const times = loaded.flatMap((round) => convergenceTimes(round, sampler))
    return rounded(Math.max(...times) / 1_000, 2)
  }
  const most = (some: readonly Sample[]): number => Math.max(...some.map(({ sum }) => sum))
  const above = converged.filter(({ sum }) => sum > BUDGET).length
  return [
    exactly(
      'samples above the budget, after convergence',
      'fleet',
      above,
      `of ${converged.length}`,
      0,
    ),
    forComparison('most connections, at any time', 'fleet', most(samples.flat()), `of ${BUDGET}`),
    forComparison(
      'most connections, at any time',
      'none',
      none === undefined ? 0 : most(sampler.between(none.startedAt, none.endedAt)),
      `of ${BUDGET}`,
    ),
    atMost(
      'until all have their share, at worst, lookups',
      'fleet',
      convergence('lookups'),
      's',
      CONVERGES_MS / 1_000,
    ),
    // Here a new connection alone takes the server up to a second.
    forComparison('until all have their share, at worst, work', 'fleet', convergence('work'), 's'),
    forComparison(
      'time between two samples, at most',
      'fleet',
      Math.round(Math.max(...samples.map(longestGapMs))),
      'ms',
    ),
  ]
}

/** The samples of a round that are later than it may take to converge. */
function convergedSamples({ changes, endedAt }: Round, sampler: Sampler): Sample[] {
  return changes.flatMap(({ at }, index) =>
    sampler.between(at + CONVERGES_MS, changes[index + 1]?.at ?? endedAt),
  )
}

function convergenceTimes({ changes, endedAt }: Round, { samples }: Sampler): number[] {
  const goal = { budget: BUDGET, share: SHARE }
  return changes.map((change, index) =>
    convergenceMs(change, changes[index + 1]?.at ?? endedAt, samples, goal),
  )
}

function throughputBars(rounds: readonly Round[]): Bar[] {
  const of = (way: Way, load: Load): number[] =>
    roundsOf(rounds, way)
      .filter((round) => round.load === load)
      .map(({ throughput }) => throughput)
  const ratio = (load: Load): number => {
    const theirs = of('pgbouncer', load)
    const ratios = of('fleet', load).map((ours, index) => ours / (theirs[index] ?? Number.NaN))
    return rounded(median(ratios), 2)
  }
  const queries = (way: Way, load: Load): Bar =>
    forComparison(`queries a second, ${load}`, way, Math.round(median(of(way, load))), '')
  return [
    atLeast('throughput, lookups', 'fleet', ratio('lookups'), 'of that by PgBouncer', 0.9),
    atLeast('throughput, work', 'fleet', ratio('work'), 'of that by PgBouncer', 0.9),
    queries('fleet', 'lookups'),
    queries('pgbouncer', 'lookups'),
    queries('none', 'lookups'),
    queries('fleet', 'work'),
    queries('pgbouncer', 'work'),
  ]
}

function roundsOf(rounds: readonly Round[], way: Way): Round[] {
  return rounds.filter((round) => round.way === way)
}
