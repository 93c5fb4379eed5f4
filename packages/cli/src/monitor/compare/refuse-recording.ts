import type { Design, Refusal } from '../comparison.ts'
import { median, sum } from '../statistics/centre.ts'
import type { Window } from '../window.ts'
import { endOf, inOrder, type Pair } from './pair-windows.ts'
import { percent } from './percent.ts'

const FEWEST_WINDOWS = 20
/** How many windows may be of another length, and how much time may be missing, as a share. */
const TOLERATED = 0.1
/** How much longer or shorter than the others a window may be, as a share, and those of an arm. */
const LENGTH_TOLERANCE = 0.25
const ARM_LENGTH_TOLERANCE = 0.1
/** How much windows may overlap, in windows: clocks and timers are not exact. */
const OVERLAP_TOLERANCE = 0.1

/** What is compared: windows of two arms and, where the design has them, their pairs. */
export interface Arms {
  readonly design: Design
  readonly before: readonly Window[]
  readonly after: readonly Window[]
  readonly pairs: readonly Pair[]
}

/** Why nothing of a recording can be compared, by how its windows lie in time. */
export function refuseRecording(arms: Arms): Refusal[] {
  const missing = refuseMissingArm(arms)
  if (missing) return [missing]
  // Where arms are not as the design says, time between them is no gap.
  const ofDesign = arms.design === 'sequential' ? refuseOverlapOfArms : refuseLonelyWindows
  const others = [refuseFewWindows, refuseLengths, refuseOverlap]
  const found = others.flatMap((refuse) => refuse(arms) ?? [])
  return [...found, ...[ofDesign(arms) ?? refuseGaps(arms) ?? []].flat()]
}

function refuseMissingArm({ before, after }: Arms): Refusal | undefined {
  if (before.length > 0 && after.length > 0) return undefined
  return {
    code: 'ARM_MISSING',
    metrics: [],
    evidence: { before: before.length, after: after.length },
    message: `There is nothing to compare: the recording has ${before.length} windows before and ${after.length} after. Record both arms.`,
  }
}

function refuseFewWindows({ before, after }: Arms): Refusal | undefined {
  const fewest = Math.min(before.length, after.length)
  if (fewest >= FEWEST_WINDOWS) return undefined
  return {
    code: 'TOO_FEW_WINDOWS',
    metrics: [],
    evidence: { before: before.length, after: after.length, least: FEWEST_WINDOWS },
    message: `${before.length} windows before and ${after.length} after are too few: a verdict needs ${FEWEST_WINDOWS} in each arm, and 60 find what 20 do not. Record for longer, or in shorter windows.`,
  }
}

function refuseLengths({ before, after }: Arms): Refusal | undefined {
  const lengths = [...before, ...after].map(({ durationMs }) => durationMs)
  const usual = median(lengths)
  const odd = lengths.filter((length) => Math.abs(length / usual - 1) > LENGTH_TOLERANCE).length
  const medians = [before, after].map((arm) => median(arm.map(({ durationMs }) => durationMs)))
  const [one = usual, other = usual] = medians
  const areArmsAlike = Math.abs(one / other - 1) <= ARM_LENGTH_TOLERANCE
  if (areArmsAlike && odd / lengths.length <= TOLERATED) return undefined
  return {
    code: 'DURATIONS_DIFFER',
    metrics: [],
    evidence: { beforeMs: one, afterMs: other, odd, windows: lengths.length },
    message: `Windows are of different lengths: ${one} ms before and ${other} ms after as a rule, and ${odd} of ${lengths.length} differ from ${usual} ms by more than ${percent(LENGTH_TOLERANCE)}. A longer window has other quantiles: record both arms with one length.`,
  }
}

function refuseOverlap({ before, after }: Arms): Refusal | undefined {
  const overlapping = sum([before, after].map(countOverlaps))
  if (overlapping === 0) return undefined
  return {
    code: 'WINDOWS_OVERLAP',
    metrics: [],
    evidence: { overlapping },
    message: `${overlapping} windows begin before the one before them in the same arm has ended. Windows that share time are no evidence of their own: give every arm one recording.`,
  }
}

function countOverlaps(arm: readonly Window[]): number {
  return arm.filter((window, at) => {
    const last = arm[at - 1]
    const toleranceMs = OVERLAP_TOLERANCE * window.durationMs
    return last !== undefined && endOf(last) - window.startedAt > toleranceMs
  }).length
}

/** Time that nobody watched: of both arms together where they take turns. */
function refuseGaps({ before, after, design }: Arms): Refusal | undefined {
  const stretches = design === 'sequential' ? [before, after] : [inOrder([...before, ...after])]
  const missing = Math.max(...stretches.map(missingShare))
  if (missing <= TOLERATED) return undefined
  return {
    code: 'GAPS',
    metrics: [],
    evidence: { missing, most: TOLERATED },
    message: `${percent(missing)} of the time${design === 'sequential' ? ' of an arm' : ''} was not recorded, and at most ${percent(TOLERATED)} may be missing. What is missing may be what was slow: find out why the recorder stopped, and record again.`,
  }
}

/** Beyond the pauses that are usual between windows. */
function missingShare(windows: readonly Window[]): number {
  const pauses: number[] = []
  const first = windows[0]?.startedAt ?? 0
  let end = first
  for (const window of windows) {
    // Windows at the same time have no pause between them, which says nothing of what is usual.
    const isBeside = end - window.startedAt > window.durationMs / 2
    if (!isBeside) pauses.push(Math.max(0, window.startedAt - end))
    end = Math.max(end, endOf(window))
  }
  const usual = median(pauses)
  return sum(pauses.map((pause) => Math.max(0, pause - usual))) / (end - first)
}

function refuseOverlapOfArms({ before, after }: Arms): Refusal | undefined {
  const [first, second] = [before, after].toSorted(
    ([one], [other]) => (one?.startedAt ?? 0) - (other?.startedAt ?? 0),
  )
  const end = Math.max(...(first ?? []).map(endOf))
  const within = (second ?? []).filter(
    ({ startedAt, durationMs }) => end - startedAt > OVERLAP_TOLERANCE * durationMs,
  ).length
  if (within === 0) return undefined
  return {
    code: 'ARMS_OVERLAP',
    metrics: [],
    evidence: { overlapping: within },
    message: `${within} windows of the later arm begin before the earlier one has ended, so that the arms are not one after the other. Compare them as interleaved.`,
  }
}

function refuseLonelyWindows({ before, after, pairs }: Arms): Refusal | undefined {
  const fewest = Math.min(before.length, after.length)
  const needed = Math.max(FEWEST_WINDOWS, Math.ceil((1 - TOLERATED) * fewest))
  // Fewer windows than pairs are needed have been refused for that.
  if (fewest < FEWEST_WINDOWS || pairs.length >= needed) return undefined
  return {
    code: 'NOT_INTERLEAVED',
    metrics: [],
    evidence: { pairs: pairs.length, least: needed },
    message: `Only ${pairs.length} windows have a neighbour of the other arm within two windows, and ${needed} are needed. Run the arms at the same time or by turns of one window, or compare them as sequential.`,
  }
}
