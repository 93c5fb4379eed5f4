import type { Refusal } from '../comparison.ts'
import { median } from '../statistics/centre.ts'
import type { Window } from '../window.ts'
import { throughputOf } from './metric.ts'
import { percent } from './percent.ts'

/** Below a use of 30 %, a queue answers so much more load by less than 10 % more latency. */
const DEFAULT_MAX_LOAD_DIFFERENCE = 0.2

/** Why no verdict is possible, by what the arms were asked to do. Load that nobody counted passes. */
export function refuseLoad(
  before: readonly Window[],
  after: readonly Window[],
  most: number = DEFAULT_MAX_LOAD_DIFFERENCE,
): Refusal | undefined {
  const [ofBefore, ofAfter] = [loadOf(before), loadOf(after)]
  const difference = Math.max(ofBefore, ofAfter) / Math.min(ofBefore, ofAfter) - 1
  if (!(difference > most)) return undefined
  const shown = (perSecond: number): number => Number(perSecond.toPrecision(3))
  return {
    code: 'LOAD_DIFFERS',
    metrics: [],
    evidence: { before: ofBefore, after: ofAfter, difference, most },
    message: `The load was ${shown(ofBefore)} operations a second before and ${shown(ofAfter)} after, which differ by ${percent(difference)}; at most ${percent(most)} are comparable. Latency and connections follow load: compare arms of the same size under the same load.`,
  }
}

function loadOf(windows: readonly Window[]): number {
  return median(windows.flatMap((window) => throughputOf(window) ?? []))
}
