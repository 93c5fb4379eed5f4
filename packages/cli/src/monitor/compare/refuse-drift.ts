import type { Refusal } from '../comparison.ts'
import type { Estimate } from './estimate.ts'
import { told, type Metric } from './metric.ts'
import { percent } from './percent.ts'

/** Why a metric of arms one after the other stays unclear, if drift may be as large as what counts. */
export function refuseDrift(metric: Metric, { effect, drift }: Estimate): Refusal | undefined {
  if (drift === undefined || drift < metric.practical) return undefined
  return {
    code: 'DRIFT',
    metrics: [metric.name],
    evidence: { drift: told(metric, drift), effect: told(metric, effect) },
    message: `${metric.name} changed by ${shown(metric, effect)} from one arm to the other. By how it moves inside of the arms, ${shown(metric, drift)} may come with time alone: interleave the arms, or record when less else changes.`,
  }
}

function shown(metric: Metric, effect: number): string {
  if (metric.effect === 'ratio') return percent(told(metric, effect) - 1)
  return metric.name === 'errorRate' ? percent(effect) : String(Number(effect.toPrecision(3)))
}
