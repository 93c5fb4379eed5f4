import { median } from '../statistics/centre.ts'
import type { Window } from '../window.ts'

/** A window and its neighbour of the other arm. */
export type Pair = readonly [before: Window, after: Window]

/** Partners start no farther apart than this, in windows. */
const FARTHEST = 2

/**
 * Pairs windows of two arms that ran at the same time or one right after the other, each one once.
 * Both arms are in order of time, as everywhere here.
 */
export function pairWindows(before: readonly Window[], after: readonly Window[]): Pair[] {
  const pairs: Pair[] = []
  const farthestMs = FARTHEST * stepOf([...before, ...after])
  for (let [at, otherAt] = [0, 0]; ;) {
    const [one, other] = [before[at], after[otherAt]]
    if (one === undefined || other === undefined) return pairs
    const apartMs = other.startedAt - one.startedAt
    if (Math.abs(apartMs) <= farthestMs) pairs.push([one, other])
    // Who has no partner steps aside alone.
    if (apartMs >= -farthestMs) at++
    if (apartMs <= farthestMs) otherAt++
  }
}

/** Pairs of neighbours out of one arm. */
export function pairNeighbours(windows: readonly Window[]): Pair[] {
  const isFirst = (_: Window, at: number): boolean => at % 2 === 0
  return pairWindows(
    windows.filter(isFirst),
    windows.filter((window, at) => !isFirst(window, at)),
  )
}

/** By their start. */
export function inOrder(windows: readonly Window[]): Window[] {
  return windows.toSorted((one, other) => one.startedAt - other.startedAt)
}

export function endOf({ startedAt, durationMs }: Window): number {
  return startedAt + durationMs
}

/** From the start of a window to that of the next one, as a rule. */
export function stepOf(windows: readonly Window[]): number {
  const starts = windows.map(({ startedAt }) => startedAt).toSorted((one, other) => one - other)
  const steps = starts.slice(1).map((start, at) => start - (starts[at] ?? start))
  return Math.max(median(windows.map(({ durationMs }) => durationMs)), median(steps) || 0)
}
