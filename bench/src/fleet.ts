import { startPgBouncer } from '@oneprisma/testing/pgbouncer'
import { atLeast, atMost, exactly, forComparison, type Bar, type BenchOptions } from './bar.ts'
import { BenchDatabase } from './bench-database.ts'
import { convergenceMs } from './fleet/convergence.ts'
import { Crew } from './fleet/crew.ts'
import type { Way } from './fleet/member-process.ts'
import { pause, runRound, type Round } from './fleet/round.ts'
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
  const ways: readonly Way[] = isQuick
    ? ['pgbouncer', 'fleet', 'none']
    : ['pgbouncer', 'fleet', 'fleet', 'pgbouncer', 'none']
  const rounds: Round[] = []
  for (const way of ways) {
    // What one way has left open shall not burden the other.
    if (way !== 'fleet') await sampler.none()
    console.error(`fleet: a round by ${way}`)
    rounds.push(await runRound(crew, way, planOf(way, isQuick)))
    await pause(500)
  }
  return [
    ...failureBars(rounds, crew.told.refusals),
    ...sumBars(rounds, sampler),
    ...throughputBars(rounds),
  ]
}

function planOf(way: Way, isQuick: boolean): { calmMs: number; replaced: number } {
  if (way === 'none') return { calmMs: 2_000, replaced: 0 }
  return { calmMs: isQuick ? 6_000 : 8_000, replaced: REPLACED }
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
  const all = fleetRounds.flatMap((round) => sampler.between(round.startedAt, round.endedAt))
  const [none] = roundsOf(rounds, 'none')
  const converged = fleetRounds.flatMap((round) => convergedSamples(round, sampler))
  const times = fleetRounds.flatMap((round) => convergenceTimes(round, sampler))
  const most = (samples: readonly Sample[]): number => Math.max(...samples.map(({ sum }) => sum))
  const above = converged.filter(({ sum }) => sum > BUDGET).length
  return [
    exactly(
      'samples above the budget, after convergence',
      'fleet',
      above,
      `of ${converged.length}`,
      0,
    ),
    forComparison('most connections, at any time', 'fleet', most(all), `of ${BUDGET}`),
    forComparison(
      'most connections, at any time',
      'none',
      none === undefined ? 0 : most(sampler.between(none.startedAt, none.endedAt)),
      `of ${BUDGET}`,
    ),
    atMost(
      'convergence after processes came and went, at worst',
      'fleet',
      rounded(Math.max(...times) / 1_000, 2),
      's',
      CONVERGES_MS / 1_000,
    ),
    forComparison(
      'time between two samples, at most',
      'fleet',
      Math.round(longestGapMs(all)),
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
  const of = (way: Way): number[] => roundsOf(rounds, way).map(({ throughput }) => throughput)
  const [ours, theirs] = [of('fleet'), of('pgbouncer')]
  const ratios = ours.map((one, index) => one / (theirs[index] ?? Number.NaN))
  return [
    atLeast('throughput', 'fleet', rounded(median(ratios), 2), 'of that by PgBouncer', 0.9),
    forComparison('queries a second', 'fleet', Math.round(median(ours)), ''),
    forComparison('queries a second', 'pgbouncer', Math.round(median(theirs)), ''),
    forComparison('queries a second', 'none', Math.round(median(of('none'))), ''),
  ]
}

function roundsOf(rounds: readonly Round[], way: Way): Round[] {
  return rounds.filter((round) => round.way === way)
}
