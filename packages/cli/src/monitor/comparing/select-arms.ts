import { CliError } from '../../errors.ts'
import type { Design } from '../comparison.ts'
import type { Recording } from '../recording/parse-recording.ts'
import type { RecordedMark, RecordedWindow } from '../recording/recording.ts'

/** Two arms that are to be compared. */
export interface SelectedArms {
  readonly design: Design
  readonly before: SelectedArm
  readonly after: SelectedArm
}

export interface SelectedArm {
  /** The recording, the arm, or the side of a mark. */
  readonly name: string
  readonly windows: readonly RecordedWindow[]
}

export interface SelectOptions {
  /** Two arms by name, separated by a comma. */
  readonly arms: string | undefined
  /** A mark, or the first and the last one of what is left out, separated by a comma. */
  readonly split: string | undefined
  /** Whether arms were recorded one after the other. */
  readonly sequential: boolean
}

/**
 * Finds the windows to compare: of two recordings, of two arms, or before and after a mark.
 *
 * @throws CliError `USAGE`
 */
export function selectArms(recordings: readonly Recording[], options: SelectOptions): SelectedArms {
  const { arms, split, sequential } = options
  if (arms !== undefined && split !== undefined) {
    throw new CliError('USAGE', '--arms and --split do not go together. Give one of them.')
  }
  if (arms !== undefined) return byArm(recordings, arms, sequential)
  if (sequential) throw new CliError('USAGE', '--sequential is for --arms.')
  refuseArms(recordings)
  const [first, second, ...others] = recordings
  if (split !== undefined) {
    if (first === undefined || second !== undefined) {
      throw new CliError('USAGE', '--split takes one recording.')
    }
    return byMark(first, split)
  }
  if (first === undefined || second === undefined || others.length > 0) {
    throw new CliError(
      'USAGE',
      'Give two recordings, that of before and that of after; or one or more with --arms; or one with --split.',
    )
  }
  return {
    design: 'sequential',
    before: { name: first.path, windows: first.windows },
    after: { name: second.path, windows: second.windows },
  }
}

/** What the two sides of a comparison are called. */
export function sidesOf({ design, before, after }: SelectedArms): readonly [string, string] {
  return design === 'interleaved' ? [before.name, after.name] : ['before', 'after']
}

function byArm(recordings: readonly Recording[], given: string, sequential: boolean): SelectedArms {
  const [before, after, ...others] = given.split(',').map((name) => name.trim())
  if (!before || !after || others.length > 0 || before === after) {
    throw new CliError('USAGE', `--arms takes two names with a comma between; "${given}" is not.`)
  }
  const windows = recordings.flatMap((recording) => recording.windows)
  const armOf = (name: string): SelectedArm => {
    const own = windows.filter(({ arm }) => arm === name)
    if (own.length > 0) return { name, windows: own }
    const known = [...new Set(windows.map(({ arm }) => arm ?? '(none)'))].join(', ')
    throw new CliError('USAGE', `No window is of the arm "${name}". There are: ${known || 'none'}.`)
  }
  const design = sequential ? 'sequential' : 'interleaved'
  return { design, before: armOf(before), after: armOf(after) }
}

function refuseArms(recordings: readonly Recording[]): void {
  const several = recordings.find(({ windows }) => new Set(windows.map(({ arm }) => arm)).size > 1)
  if (several === undefined) return
  throw new CliError('USAGE', `"${several.path}" has several arms. Name two of them with --arms.`)
}

function byMark(recording: Recording, split: string): SelectedArms {
  const texts = split.split(',').map((text) => text.trim())
  const [first = '', last = first, ...others] = texts
  if (others.length > 0) throw new CliError('USAGE', '--split takes one mark, or two.')
  const begins = markOf(recording, first).at
  const ends = markOf(recording, last).at
  const { windows } = recording
  return {
    design: 'sequential',
    before: {
      name: `before "${first}"`,
      windows: windows.filter(({ startedAt, durationMs }) => startedAt + durationMs <= begins),
    },
    after: {
      name: `after "${last}"`,
      windows: windows.filter(({ startedAt }) => startedAt >= ends),
    },
  }
}

function markOf({ path, marks }: Recording, text: string): RecordedMark {
  const mark = marks.find((each) => each.text === text)
  if (mark !== undefined) return mark
  const known = marks.map((each) => `"${each.text}"`).join(', ')
  throw new CliError('USAGE', `"${path}" has no mark "${text}". There are: ${known || 'none'}.`)
}
