import type { Refusal } from '../comparison.ts'
import { median } from '../statistics/centre.ts'
import type { Window } from '../window.ts'
import { throughputOf, type Metric } from './metric.ts'
import { percent } from './percent.ts'
import type { Arms } from './refuse-recording.ts'

/** Below a use of 30 %, a queue answers so much more load by less than 10 % more latency. */
const DEFAULT_MAX_LOAD_DIFFERENCE = 0.2

/**
 * Why what follows load cannot be compared, by what the arms were asked to do. A share of failures
 * does not follow it, and callers who try again what failed are load. Load that nobody counted passes.
 */
export function refuseLoad(
  { before, after }: Arms,
  recorded: readonly Metric[],
  most: number = DEFAULT_MAX_LOAD_DIFFERENCE,
): Refusal | undefined {
  const [ofBefore, ofAfter] = [loadOf(before), loadOf(after)]
  const difference = Math.max(ofBefore, ofAfter) / Math.min(ofBefore, ofAfter) - 1
  if (!(difference > most)) return undefined
  const shown = (perSecond: number): number => Number(perSecond.toPrecision(3))
  return {
    code: 'LOAD_DIFFERS',
    metrics: recorded.flatMap(({ name, followsLoad }) => (followsLoad ? [name] : [])),
    evidence: { before: ofBefore, after: ofAfter, difference, most },
    message: `The load was ${shown(ofBefore)} operations a second before and ${shown(ofAfter)} after, which differ by ${percent(difference)}; at most ${percent(most)} are comparable. Latency and connections follow load: compare arms of the same size under the same load.`,
  }
}

function loadOf(windows: readonly Window[]): number {
  return median(windows.flatMap((window) => throughputOf(window) ?? []))
}
