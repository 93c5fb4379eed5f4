import { plural } from '../../report/plural.ts'
import type { Comparison } from '../comparison.ts'
import type { Recording } from '../recording/parse-recording.ts'
import type { BlindSpotCode } from '../recording/recording.ts'
import type { Counted, PerProcess } from './per-process.ts'
import type { SelectedArms } from './select-arms.ts'

/** What whoever reads a result has to know of it. */
export interface Note {
  readonly code: NoteCode
  readonly message: string
}

export type NoteCode =
  | BlindSpotCode
  | 'NOT_CAUSAL'
  | 'PER_PROCESS'
  | 'PROCESSES_UNKNOWN'
  | 'NOISE_FROM_BEFORE'
  | 'NOISE_UNKNOWN'
  | 'WIDE_BUCKETS'
  | 'NOT_SEEN'

export interface NotesInput extends Pick<PerProcess, 'divided' | 'undivided'> {
  readonly comparison: Comparison
  readonly arms: SelectedArms
  readonly recordings: readonly Recording[]
  /** What buckets hide. */
  readonly buckets: readonly Note[]
}

/** All that a result does not say by itself, in the order of what matters. */
export function notesOf(input: NotesInput): Note[] {
  const { comparison, arms, recordings, divided, undivided, buckets } = input
  return [
    ...causalNotes(comparison),
    ...buckets,
    ...processNotes(divided, undivided),
    ...noiseNotes(comparison),
    ...gapNotes(recordings, arms),
    ...blindNotes(recordings),
  ]
}

function causalNotes({ causal }: Comparison): Note[] {
  if (causal) return []
  return [
    {
      code: 'NOT_CAUSAL',
      message:
        'Before/after is not causal: whatever else was different later (load, data, neighbours, caches) is in these figures as well. Arms that run at the same time can tell: record a canary, and compare with --arms.',
    },
  ]
}

function processNotes(divided: readonly Counted[], undivided: readonly Counted[]): Note[] {
  const notes: Note[] = []
  if (divided.length > 0) {
    notes.push({
      code: 'PER_PROCESS',
      message: `The arms have different numbers of processes: ${divided.join(' and ')} are those of one process, as a mean.`,
    })
  }
  if (undivided.length > 0) {
    notes.push({
      code: 'PROCESSES_UNKNOWN',
      message: `How many processes an arm has is not known: ${undivided.join(' and ')} are those of all of them. Arms of different size are not comparable then. Names such as app@release#process, as pgPool() gives them, tell processes apart.`,
    })
  }
  return notes
}

function noiseNotes({ noiseFrom, metrics }: Comparison): Note[] {
  if (metrics.length === 0 || noiseFrom === 'noise') return []
  if (noiseFrom === 'none') {
    return [{ code: 'NOISE_UNKNOWN', message: 'There are too few windows to tell noise.' }]
  }
  return [
    {
      code: 'NOISE_FROM_BEFORE',
      message:
        'Noise was told from the first arm alone. Record the same version for some time and give it with --noise: that has the drift of an hour in it, too.',
    },
  ]
}

function gapNotes(recordings: readonly Recording[], { before, after }: SelectedArms): Note[] {
  const missed = recordings.reduce((sum, { gaps }) => sum + gaps.length, 0)
  const flawed = [...before.windows, ...after.windows].filter(({ gaps }) => gaps !== undefined)
  if (missed + flawed.length === 0) return []
  const codes = [...new Set(flawed.flatMap(({ gaps = [] }) => gaps.map(({ code }) => code)))]
  const parts = [
    ...(missed > 0 ? [`${plural(missed, 'time')} the monitor itself did not run`] : []),
    ...(flawed.length > 0
      ? [`${plural(flawed.length, 'window')} with something not seen (${codes.join(', ')})`]
      : []),
  ]
  return [
    {
      code: 'NOT_SEEN',
      message: `${parts.join(', and ')}. What was not seen is missing, and not counted as nothing.`,
    },
  ]
}

function blindNotes(recordings: readonly Recording[]): Note[] {
  const spots = recordings.flatMap(({ headers }) => headers.flatMap(({ blind }) => blind))
  return [...new Map(spots.map((spot) => [spot.code, spot])).values()]
}
