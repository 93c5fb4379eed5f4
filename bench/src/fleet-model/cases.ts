import { atLeast, atMost, exactly, forComparison, type Bar } from '../bar.ts'
import { rounded } from '../statistics.ts'
import type { Measured } from './measure.ts'
import type { Scenario } from './run-fleet.ts'
import {
  bursty,
  churn,
  frozen,
  hog,
  hungry,
  mixed,
  partition,
  restart,
  skewed,
  sparse,
  wave,
} from './scenarios.ts'

/** One thing that a run shows. */
type Show = (variant: string, measured: Measured) => Bar

/** A scenario, with what it is to show. */
export interface Case {
  readonly name: string
  readonly scenario: Scenario
  readonly shows: readonly Show[]
  /** Whether it takes so long that a short run does without. */
  readonly isLong?: boolean
}

const MOST_OWED_MS = 5_000
const LEAST_FAIRNESS = 0.9
const LEAST_AT_WORK = 0.85
// Of a second of one core: what the policy allows while everybody is in need.
const MOST_LOOK_MS = 400

const OWED = 'longest below the fair share while callers wait'
const FAIRNESS = "fairness among those that always want more (Jain's index)"
const LATE = 'calls that waited for 10 seconds in vain'
const LOOKS = 'work of the server for looks, steady'
const OPENED = 'connections opened a second, steady'

const keepsTheSum: Show = (variant, { above }) =>
  exactly('connections above the budget, but those that enter', variant, above, '', 0)
const entersOnce: Show = (variant, { mostEnteringOfOne }) =>
  atMost('connections of one process that enter', variant, mostEnteringOfOne, '', 2)
const refusesNobody: Show = (variant, { refused }) =>
  exactly('calls refused', variant, refused, '', 0)
const convergesInTime: Show = (variant, { longestOwedMs }) =>
  atMost(OWED, variant, longestOwedMs, 'ms', MOST_OWED_MS)
const isFair: Show = (variant, { fairness }) =>
  atLeast(FAIRNESS, variant, rounded(fairness, 3), '', LEAST_FAIRNESS)
const isAtWork: Show = (variant, { atWork }) =>
  atLeast('part of the budget at work, steady', variant, rounded(atWork, 3), '', LEAST_AT_WORK)
const servesInTime: Show = (variant, { late }) => exactly(LATE, variant, late, '', 0)
const looksCheaply: Show = (variant, { lookMsPerSecond }) =>
  atMost(LOOKS, variant, rounded(lookMsPerSecond, 0), 'ms a second', MOST_LOOK_MS)
const isCalm: Show = (variant, { openedPerSecond }) =>
  atMost(OPENED, variant, rounded(openedPerSecond, 1), '', 10)
const comesBack: Show = (variant, { allServedAfterMs }) =>
  atMost('all served again after', variant, allServedAfterMs, 'ms', MOST_OWED_MS)

const everyone: readonly Show[] = [keepsTheSum, entersOnce, refusesNobody]
const tellsRefusals: Show = (variant, measured) =>
  forComparison('connections refused (53300), waited out', variant, measured.refusals, '')
const tellsCrowd: Show = (variant, { mostEntering }) =>
  forComparison('connections that enter at once', variant, mostEntering, '')
const tellsWaits: Show = (variant, { waitMs }) =>
  forComparison('wait for a connection, p99', variant, rounded(waitMs.p99, 0), 'ms')

/** The same figures without their limits. */
const told = (...shows: readonly Show[]): readonly Show[] =>
  shows.map((show) => (variant, measured) => ({
    ...show(variant, measured),
    limit: null,
    ok: null,
  }))

const steady: readonly Show[] = [
  ...everyone,
  convergesInTime,
  isFair,
  servesInTime,
  isAtWork,
  looksCheaply,
  isCalm,
]
const changing: readonly Show[] = [
  ...everyone,
  convergesInTime,
  isFair,
  servesInTime,
  isAtWork,
  looksCheaply,
]
const tooMany: readonly Show[] = [
  ...everyone,
  ...told(convergesInTime, isFair, servesInTime, looksCheaply, isCalm),
]

/** What the fleet is put through: first where there is a slot for every process, then where there is not. */
export const CASES: readonly Case[] = [
  { name: '10 on 90', scenario: hungry(10, 90), shows: steady },
  { name: '40 on 90', scenario: hungry(40, 90), shows: [...steady, tellsWaits] },
  { name: '250 on 500', scenario: hungry(250, 500), shows: steady },
  { name: '450 on 500', scenario: hungry(450, 500), shows: steady, isLong: true },
  { name: '900 on 1,000', scenario: hungry(900, 1_000), shows: tooMany, isLong: true },
  { name: '4,500 on 5,000', scenario: hungry(4_500, 5_000), shows: tooMany, isLong: true },
  { name: '20 on 90 and 20 more', scenario: wave(40, 90), shows: [...changing, tellsRefusals] },
  {
    name: '200 on 500 and 200 more',
    scenario: wave(400, 500),
    shows: [...changing, tellsRefusals, tellsCrowd],
    isLong: true,
  },
  {
    name: '225 on 500 and 225 more',
    scenario: wave(450, 500),
    shows: [...everyone, ...told(convergesInTime), servesInTime, tellsRefusals, tellsCrowd],
    isLong: true,
  },
  { name: '1 with all of 90, and 39', scenario: hog(40, 90), shows: [...changing, tellsRefusals] },
  {
    name: '10 of 40 want more, on 90',
    scenario: skewed(40, 90),
    shows: [...everyone, convergesInTime, isFair, servesInTime, tellsWaits],
  },
  {
    name: '40 in bursts on 90',
    scenario: bursty(40, 90),
    shows: [...everyone, convergesInTime, servesInTime, tellsWaits, ...told(isCalm)],
  },
  { name: '40 of all sizes on 90', scenario: mixed(40, 90), shows: steady },
  {
    name: '2 of 40 replaced a second, on 90',
    scenario: churn(40, 90),
    shows: [...changing, isCalm],
  },
  {
    name: '2 of 400 replaced a second, on 500',
    scenario: churn(400, 500),
    shows: changing,
    isLong: true,
  },
  {
    name: '10 of 40 frozen, on 90',
    scenario: frozen(40, 90),
    shows: [...everyone, convergesInTime, isAtWork],
  },
  {
    name: '10 of 40 cut off, on 90',
    scenario: partition(40, 90),
    shows: [...everyone, convergesInTime, isAtWork],
  },
  {
    name: 'restart under 40 on 90',
    scenario: restart(40, 90),
    shows: [...changing, comesBack, tellsRefusals],
  },
  {
    name: 'restart under 450 on 500',
    scenario: restart(450, 500),
    shows: [...changing, comesBack, tellsRefusals, tellsCrowd],
    isLong: true,
  },
  {
    name: '500 with a call in 10 s, on 90',
    scenario: sparse(500, 90),
    shows: [...everyone, convergesInTime, servesInTime, tellsWaits, ...told(isCalm)],
  },
  {
    name: '5,000 with a call in 10 s, on 500',
    scenario: sparse(5_000, 500),
    shows: [...everyone, ...told(convergesInTime, servesInTime, looksCheaply, isCalm), tellsWaits],
    isLong: true,
  },
  {
    name: '100 on 90',
    scenario: hungry(100, 90),
    shows: [...everyone, convergesInTime, isFair, servesInTime, ...told(looksCheaply, isCalm)],
  },
  { name: '200 on 90', scenario: hungry(200, 90), shows: tooMany },
  {
    name: 'restart under 200 on 90',
    scenario: restart(200, 90),
    shows: [...everyone, ...told(convergesInTime, servesInTime, comesBack), tellsRefusals],
  },
  { name: '1,000 on 500', scenario: hungry(1_000, 500), shows: tooMany, isLong: true },
  {
    name: '5,000 on 500',
    scenario: hungry(5_000, 500),
    shows: [...tooMany, tellsRefusals, tellsCrowd],
    isLong: true,
  },
]
