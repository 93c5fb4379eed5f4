import type { Refusal } from '../comparison.ts'
import { quantile, sum } from '../statistics/centre.ts'
import type { Window } from '../window.ts'
import type { Metric } from './metric.ts'
import { percent } from './percent.ts'
import type { Arms } from './refuse-recording.ts'

/** How many operations have to be above a quantile in a window for it to mean anything. */
const OPERATIONS_ABOVE = 10
/** The share of the windows that may have fewer, or no value at all. */
const TOLERATED = 0.1

type Arm = readonly Window[]

/** Where no window has any value. */
export const NOTHING_RECORDED: Refusal = {
  code: 'NOT_RECORDED',
  metrics: [],
  evidence: {},
  message:
    'No window tells connections, operations or latencies. Give the recorder a database or the metrics of an app.',
}

/** Why one metric of a recording cannot be compared. */
export function refuseMetric(metric: Metric, { before, after }: Arms): Refusal | undefined {
  return (
    refuseFewOperations(metric, before, after) ??
    refuseMissing(metric, before, after) ??
    refuseErrors(metric, before, after)
  )
}

/** Whether there are values enough for figures, if not for a verdict. */
export function isMeasured(metric: Metric, { before, after }: Arms): boolean {
  return refuseMissing(metric, before, after) === undefined
}

/** The p99 of 200 operations is nearly their maximum, which says little of the next 200. */
function refuseFewOperations(
  { name, above }: Metric,
  before: Arm,
  after: Arm,
): Refusal | undefined {
  if (above === undefined) return undefined
  const least = Math.round(OPERATIONS_ABOVE / above)
  const counts = [before, after].map((arm) =>
    quantile(
      arm.map(({ latency }) => latency?.count ?? 0),
      TOLERATED,
    ),
  )
  const [ofBefore = 0, ofAfter = 0] = counts
  if (Math.min(ofBefore, ofAfter) >= least) return undefined
  return {
    code: 'TOO_FEW_OPERATIONS',
    metrics: [name],
    evidence: { before: ofBefore, after: ofAfter, least },
    message: `The ${name} of a window needs ${least} operations. One window in ten has no more than ${Math.floor(ofBefore)} before and ${Math.floor(ofAfter)} after: record in longer windows, or with more load.`,
  }
}

function refuseMissing(metric: Metric, before: Arm, after: Arm): Refusal | undefined {
  const counts = [before, after].map(
    (arm) => arm.filter((window) => metric.valueOf(window) !== undefined).length,
  )
  const [ofBefore = 0, ofAfter = 0] = counts
  const least = 1 - TOLERATED
  if (ofBefore >= least * before.length && ofAfter >= least * after.length) return undefined
  return {
    code: 'NOT_RECORDED',
    metrics: [metric.name],
    evidence: { before: ofBefore, after: ofAfter, least },
    message: `${metric.name} is in ${ofBefore} of ${before.length} windows before and in ${ofAfter} of ${after.length} after, and ${percent(least)} are needed: record it in both arms.`,
  }
}

/** Operations that fail are missing from the latencies, and which ones do is not by chance. */
function refuseErrors({ name, above }: Metric, before: Arm, after: Arm): Refusal | undefined {
  if (above === undefined) return undefined
  const [ofBefore, ofAfter] = [errorShare(before), errorShare(after)]
  const most = above / OPERATIONS_ABOVE
  if (!(Math.abs(ofAfter - ofBefore) > most)) return undefined
  return {
    code: 'ERRORS_DIFFER',
    metrics: [name],
    evidence: { before: ofBefore, after: ofAfter, most },
    message: `${percent(ofBefore)} of the operations failed before and ${percent(ofAfter)} after. The ${name} of those that succeeded is comparable up to a difference of ${percent(most)}: look at the errors first.`,
  }
}

/** NaN where nobody counted. */
function errorShare(arm: Arm): number {
  const counted = arm.filter(
    ({ errors, operations }) => errors !== undefined && operations !== undefined,
  )
  return (
    sum(counted.map(({ errors = 0 }) => errors)) /
    sum(counted.map(({ operations = 0 }) => operations))
  )
}
