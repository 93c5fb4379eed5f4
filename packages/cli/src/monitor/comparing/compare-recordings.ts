import { compareWindows } from '../compare-windows.ts'
import type { Comparison } from '../comparison.ts'
import type { Recording } from '../recording/parse-recording.ts'
import type { RecordedWindow } from '../recording/recording.ts'
import { assertAlike } from './assert-alike.ts'
import { bucketNotes } from './bucket-notes.ts'
import { notesOf, type Note } from './notes.ts'
import { perProcess, type Counted } from './per-process.ts'
import { withoutFalseProof } from './without-false-proof.ts'
import { selectArms, type SelectedArms, type SelectOptions } from './select-arms.ts'

export interface CompareRecordingsOptions extends SelectOptions {
  /** Recordings in which nothing was changed. */
  readonly noise: readonly Recording[]
  /** The share from which on a change of latency counts. */
  readonly threshold: number
}

/** What a comparison of recordings came to, and what it was made of. */
export interface ComparedRecordings {
  readonly comparison: Comparison
  /** The arms as they were compared. */
  readonly arms: SelectedArms
  readonly recordings: readonly Recording[]
  /** How long a window is meant to be. */
  readonly windowMs: number
  readonly threshold: number
  /** What is that of one process, as a mean. */
  readonly divided: readonly Counted[]
  readonly notes: readonly Note[]
}

/**
 * Compares what was recorded. The same recordings give the same result.
 *
 * @throws CliError `USAGE`, `RECORDINGS_DIFFER`
 */
export function compareRecordings(
  recordings: readonly Recording[],
  options: CompareRecordingsOptions,
): ComparedRecordings {
  assertAlike([...recordings, ...options.noise])
  const selected = selectArms(recordings, options)
  const { arms, divided, undivided } = perProcess(selected)
  const noise = noiseOf(options.noise, selected)
  const { threshold } = options
  const compared = compareWindows(arms.before.windows, arms.after.windows, {
    design: arms.design,
    practicalRatio: 1 + threshold,
    ...(noise.length > 0 && { noise }),
  })
  const buckets = bucketNotes(compared, arms, threshold)
  const comparison = withoutFalseProof(compared, buckets.length > 0)
  const notes = notesOf({ comparison, arms, recordings, divided, undivided, buckets })
  const windowMs = recordings[0]?.headers[0].windowMs ?? 0
  return { comparison, arms, recordings, windowMs, threshold, divided, notes }
}

/** Noise of arms is that of the same two; where they are, it is divided as they are. */
function noiseOf(
  recordings: readonly Recording[],
  { design, before, after }: SelectedArms,
): readonly RecordedWindow[] {
  const windows = recordings.flatMap((recording) => recording.windows)
  const armOf = (name: string): RecordedWindow[] => windows.filter(({ arm }) => arm === name)
  const [ones, others] = [armOf(before.name), armOf(after.name)]
  if (ones.length === 0 || others.length === 0) return windows
  const { arms } = perProcess({
    design,
    before: { ...before, windows: ones },
    after: { ...after, windows: others },
  })
  return [...arms.before.windows, ...arms.after.windows]
}
