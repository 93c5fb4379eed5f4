import { forComparison, worstOf, type Bar, type BenchOptions } from './bar.ts'
import { CASES } from './fleet-model/cases.ts'
import { measure, type Measured } from './fleet-model/measure.ts'
import type { Scenario } from './fleet-model/run-fleet.ts'
import { bursty, hungry, skewed } from './fleet-model/scenarios.ts'
import {
  FIXED_IDLE,
  FLEET,
  GREEDY,
  PARTITION,
  UNCOORDINATED,
  type Strategy,
} from './fleet-model/strategy.ts'
import { rounded } from './statistics.ts'

const SEEDS = [1, 2, 3]

const COMPARED: ReadonlyArray<readonly [string, Scenario]> = [
  ['40 on 90', hungry(40, 90)],
  ['100 on 90', hungry(100, 90)],
  ['10 of 40 want more, on 90', skewed(40, 90)],
  ['40 in bursts on 90', bursty(40, 90)],
]
const OTHERS: readonly Strategy[] = [FLEET, FIXED_IDLE, GREEDY, PARTITION, UNCOORDINATED]

/** The policy of a fleet in a simulation of its mechanism, and beside what one would do otherwise. */
export async function fleetModel({ isQuick, only }: BenchOptions): Promise<Bar[]> {
  const seeds = isQuick ? SEEDS.slice(0, 1) : SEEDS
  const cases = CASES.filter(
    ({ name, isLong = false }) => (only ?? name) === name && !(isQuick && isLong),
  )
  const bars = cases.flatMap(({ name, scenario, shows, isLong = false }) => {
    const runs = (isLong ? seeds.slice(0, 2) : seeds).map((seed) => {
      console.error(`fleet-model: ${name}, seed ${seed}`)
      return measure({ ...scenario, seed }, FLEET)
    })
    return worstOf(runs.flatMap((run) => shows.map((show) => show(`fleet, ${name}`, run))))
  })
  return only === undefined ? [...bars, ...comparison()] : bars
}

function comparison(): Bar[] {
  return COMPARED.flatMap(([name, scenario]) =>
    OTHERS.flatMap((strategy) => {
      console.error(`fleet-model: ${name} by ${strategy.name}`)
      return comparedBars(`${strategy.name}, ${name}`, measure(scenario, strategy))
    }),
  )
}

function comparedBars(variant: string, measured: Measured): Bar[] {
  const { servedPerSecond, fairness, late, refused, unserved, above, waitMs } = measured
  return [
    forComparison('compared: calls served a second', variant, rounded(servedPerSecond, 0), ''),
    ...(Number.isNaN(fairness)
      ? []
      : [forComparison('compared: fairness', variant, rounded(fairness, 2), '')]),
    forComparison('compared: calls in vain or refused', variant, late + refused, ''),
    forComparison('compared: processes never served', variant, unserved, ''),
    forComparison('compared: connections above the budget', variant, above, ''),
    forComparison('compared: wait, p50', variant, rounded(waitMs.p50, 0), 'ms'),
  ]
}
