import { compareWindows } from '../../../packages/cli/src/monitor/compare-windows.ts'
import type { Comparison, Design } from '../../../packages/cli/src/monitor/comparison.ts'
import { randomFrom } from '../../../packages/cli/src/monitor/statistics/random.ts'
import { atMost, forComparison, type Bar } from '../bar.ts'
import { rounded } from '../statistics.ts'
import { mannWhitney } from './mann-whitney.ts'
import { seedOf, simulate, type SimulatedArm, type Surroundings } from './simulate.ts'

const ALPHA = 0.05
/** In per cent of the comparisons. */
const MOST = 7

/** Some comparisons of a version with itself. */
export interface FalseAlarmSettings {
  readonly design: Design
  /** Windows in each arm. */
  readonly count: number
  readonly surroundings: Surroundings
  readonly comparisons: number
}

/** What was called a change where there was none: by us, and by tests that know of no windows. */
export function measureFalseAlarms(settings: FalseAlarmSettings): Bar[] {
  const { design, count, surroundings, comparisons } = settings
  const random = randomFrom(seedOf(settings))
  let alarms = 0
  let proven = 0
  let low = 0
  let covered = 0
  let ofSamples = 0
  let ofWindows = 0
  for (let at = 0; at < comparisons; at++) {
    const [before, after] = simulate({ design, count, surroundings, ratio: 1, random })
    const comparison = compareWindows(before.windows, after.windows, { design })
    const p95 = comparison.metrics.find(({ metric }) => metric === 'p95')
    if (hasAlarm(comparison)) alarms++
    if (comparison.verdict === 'no-regression') proven++
    if ((p95?.pValue ?? 0) <= ALPHA) low++
    if ((p95?.interval[0] ?? 2) <= 1 && (p95?.interval[1] ?? 0) >= 1) covered++
    if (mannWhitney(before.latencies, after.latencies) <= ALPHA) ofSamples++
    if (mannWhitney(p95s(before), p95s(after)) <= ALPHA) ofWindows++
  }
  const share = (number: number): number => rounded((100 * number) / comparisons, 1)
  const bar = `false alarms, ${design}`
  const name = `${count} windows, ${surroundings.name}`
  return [
    atMost(bar, name, share(alarms), '%', MOST),
    forComparison(bar, `Mann–Whitney on latencies, ${name}`, share(ofSamples), '%'),
    forComparison(bar, `Mann–Whitney on p95s of windows, ${name}`, share(ofWindows), '%'),
    forComparison(`no change called no regression, ${design}`, name, share(proven), '%'),
    forComparison(`p-values of 0.05 and less, ${design}`, name, share(low), '%'),
    forComparison(`intervals with the truth, ${design}`, name, share(covered), '%'),
  ]
}

/** Whether anything is called changed, for the worse or for the better. */
function hasAlarm({ metrics }: Comparison): boolean {
  return metrics.some(({ verdict }) => verdict === 'worse' || verdict === 'better')
}

function p95s({ windows }: SimulatedArm): number[] {
  return windows.map(({ latency }) => latency?.p95 ?? Number.NaN)
}
