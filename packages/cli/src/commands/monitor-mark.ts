import { resolve } from 'node:path'
import { shownName } from '../doctor/live/shown.ts'
import { CliError } from '../errors.ts'
import { RecordingFile } from '../monitor/recording/recording-file.ts'
import type { World } from '../world.ts'

export interface MonitorMarkOptions {
  readonly recording: string
  readonly text: string
}

/** Marks this moment in a recording, while it is being written or afterwards. */
export async function monitorMark(
  world: World,
  { recording, text }: MonitorMarkOptions,
): Promise<number> {
  const file = new RecordingFile(resolve(world.cwd, recording), recording)
  if (file.read() === undefined) {
    throw new CliError('RECORDING_INVALID', `There is no recording "${recording}".`)
  }
  const shown = shownName(text)
  file.append({ type: 'mark', at: world.now(), text: shown })
  world.err(`Marked: ${shown}\n`)
  return 0
}
