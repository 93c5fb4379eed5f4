import type { Refusal } from '../comparison.ts'
import type { Estimate } from './estimate.ts'
import { told, type Metric } from './metric.ts'
import { percent } from './percent.ts'

/** How likely drift may be to come to as much as counts. */
const TOLERATED = 0.25

/** Why a metric of arms one after the other stays unclear, if that is for its drift. */
export function refuseDrift(
  metric: Metric,
  { effect, drift, driftChance }: Estimate,
): Refusal | undefined {
  if (drift === undefined || driftChance <= TOLERATED) return undefined
  return {
    code: 'DRIFT',
    metrics: [metric.name],
    evidence: { effect: told(metric, effect), drift: told(metric, drift), driftChance },
    message: `${metric.name} changed by ${shown(metric, effect)} from one arm to the other. By how it moves inside of the arms, time alone may bring ${shown(metric, drift)}, and brings what counts with a chance of ${percent(driftChance)}: interleave the arms, or record when less else changes.`,
  }
}

function shown(metric: Metric, effect: number): string {
  if (metric.effect === 'ratio') return percent(told(metric, effect) - 1)
  return metric.name === 'errorRate' ? percent(effect) : String(Number(effect.toPrecision(3)))
}
