import type { Change } from './crew.ts'
import type { Sample } from './sampler.ts'

/** What the processes shall have. */
export interface Goal {
  readonly budget: number
  /** The least that each of them shall have. */
  readonly share: number
}

/**
 * How long it took from a change until everything was as it shall be, and stayed so until the next
 * change, in milliseconds: who is gone has no connection left, and who is there has its share.
 */
export function convergenceMs(
  change: Change,
  until: number,
  samples: readonly Sample[],
  goal: Goal,
): number {
  const after = samples.filter(({ at }) => at >= change.at && at < until)
  const lastWrong = after.findLastIndex((sample) => !isConverged(sample, change, goal))
  const first = after[lastWrong + 1]
  return first === undefined ? until - change.at : first.at - change.at
}

function isConverged({ sum, byName }: Sample, { present }: Change, goal: Goal): boolean {
  const isGone = [...byName.keys()].every((name) => present.has(name))
  const hasShare = [...present].every((name) => (byName.get(name) ?? 0) >= goal.share)
  return sum <= goal.budget && isGone && hasShare
}
