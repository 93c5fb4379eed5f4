import { quantile } from '../statistics.ts'
import { Fleet, type Known, type Scenario } from './run-fleet.ts'
import type { Strategy } from './strategy.ts'

/** What a run has shown. Times in milliseconds. */
export interface Measured {
  /** Calls served a second, and the part of the budget that was at work for them, once it was steady. */
  readonly servedPerSecond: number
  readonly atWork: number
  /** Jain's index of what members got whose callers never stop; 1 where all got the same, NaN without any. */
  readonly fairness: number
  /** The longest that a member had less than its fair share while callers waited. */
  readonly longestOwedMs: number
  /** Members that lived for long and served nobody. */
  readonly unserved: number
  /** Calls that waited in vain, that lost their connection, and that were refused. */
  readonly late: number
  readonly lost: number
  readonly refused: number
  /** Connections that the server refused. */
  readonly refusals: number
  /** Connections above the slots, without those that were entering. */
  readonly above: number
  readonly mostSessions: number
  readonly mostEntering: number
  readonly mostEnteringOfOne: number
  /** Once it was steady. */
  readonly looksPerSecond: number
  readonly lookMsPerSecond: number
  readonly openedPerSecond: number
  readonly waitMs: { readonly p50: number; readonly p99: number }
  /** From the end of the disturbance until everybody has been served since. */
  readonly allServedAfterMs: number
}

interface Mark {
  readonly servedMs: ReadonlyMap<Known, number>
  readonly counts: Fleet['server']['counts']
  readonly served: number
}

// A member that lived for less may not have had its turn.
const LONG_MS = 10_000

/** Simulates a scenario, of which everything after `steadyFromMs` counts as steady. */
export function measure(scenario: Scenario, strategy: Strategy): Measured {
  const { steadyFromMs, forMs, budget, servedSinceMs = 0 } = scenario
  const fleet = new Fleet(scenario, strategy)
  let mark: Mark | undefined
  fleet.run(() => {
    if (mark === undefined && fleet.clock.now >= steadyFromMs) mark = markOf(fleet)
  })
  const { known, server } = fleet
  const { counts, most } = server
  const begin = mark ?? markOf(fleet)
  const seconds = (forMs - steadyFromMs) / 1_000
  const sum = (of: (one: Known) => number): number => known.reduce((all, one) => all + of(one), 0)
  const atWorkMs = sum((one) => one.tally.servedMs - (begin.servedMs.get(one) ?? 0))
  const steady = fleet.alive.filter(
    (one) => begin.servedMs.has(one) && (one.demand.callers ?? 0) > 0,
  )
  const waits = known.flatMap(({ tally }) => tally.waitsMs)
  const firstServed = fleet.alive.map(({ tally }) => tally.firstServedSince(servedSinceMs, forMs))
  return {
    servedPerSecond: (sum(({ tally }) => tally.counts.served) - begin.served) / seconds,
    atWork: atWorkMs / (budget * seconds * 1_000),
    fairness: jain(steady.map((one) => one.tally.servedMs - (begin.servedMs.get(one) ?? 0))),
    longestOwedMs: Math.max(0, ...known.map(({ longestOwedMs }) => longestOwedMs)),
    unserved: fleet.alive.filter(
      ({ member, tally }) =>
        tally.counts.served === 0 && tally.asked > 0 && forMs - member.startedAt > LONG_MS,
    ).length,
    late: sum(({ tally }) => tally.counts.late),
    lost: sum(({ tally }) => tally.counts.lost),
    refused: sum(({ tally }) => tally.counts.refused),
    refusals: counts.refused,
    above: Math.max(0, most.others - server.slots),
    mostSessions: most.all,
    mostEntering: most.entering,
    mostEnteringOfOne: most.enteringOfOne,
    looksPerSecond: (counts.looks - begin.counts.looks) / seconds,
    lookMsPerSecond: (counts.lookMs - begin.counts.lookMs) / seconds,
    openedPerSecond: (counts.opened - begin.counts.opened) / seconds,
    waitMs: { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) },
    allServedAfterMs: Math.max(...firstServed) - servedSinceMs,
  }
}

/** Jain's index of fairness: 1 where all are equal, 1 / n where one has everything, NaN for none. */
export function jain(values: readonly number[]): number {
  const sum = values.reduce((all, value) => all + value, 0)
  const squares = values.reduce((all, value) => all + value * value, 0)
  return squares === 0 && values.length > 0 ? 1 : sum ** 2 / (values.length * squares)
}

function markOf({ known, server }: Fleet): Mark {
  return {
    servedMs: new Map(known.map((one) => [one, one.tally.servedMs])),
    counts: { ...server.counts },
    served: known.reduce((all, { tally }) => all + tally.counts.served, 0),
  }
}
