import { CliError } from '../../errors.ts'
import type { Recording } from '../recording/parse-recording.ts'
import type { RecordingHeader } from '../recording/recording.ts'

/**
 * Stops where recordings are of different things: a difference would be one of the recordings.
 *
 * @throws CliError `RECORDINGS_DIFFER`
 */
export function assertAlike(recordings: readonly Recording[]): void {
  const all = recordings.flatMap(({ path, headers }) => headers.map((header) => ({ path, header })))
  const [first] = all
  for (const { path, header } of all) {
    const difference = first && differenceOf(first.header, header)
    if (difference === undefined) continue
    throw new CliError(
      'RECORDINGS_DIFFER',
      `"${first?.path}" and "${path}" cannot be compared: ${difference}. Record both with the same flags.`,
    )
  }
}

function differenceOf(one: RecordingHeader, other: RecordingHeader): string | undefined {
  if (one.windowMs !== other.windowMs) {
    return `their windows are of ${one.windowMs} and ${other.windowMs} ms`
  }
  const names = ['connections', 'app', 'operations', 'histogram', 'by'] as const
  const name = names.find((each) => one.measures[each] !== other.measures[each])
  if (name === undefined) return undefined
  const shown = ({ measures }: RecordingHeader): string => measures[name] ?? 'nothing'
  return `${name === 'by' ? 'arms' : name} are of "${shown(one)}" and of "${shown(other)}"`
}
