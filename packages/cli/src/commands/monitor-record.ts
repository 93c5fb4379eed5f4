import { resolve } from 'node:path'
import { shownName } from '../doctor/live/shown.ts'
import { CliError } from '../errors.ts'
import { LiveView } from '../monitor/live/live-view.ts'
import { progressLines } from '../monitor/live/progress-lines.ts'
import { record, type RecordListener } from '../monitor/record.ts'
import { readRecordFlags, type RecordFlags } from '../monitor/recording/record-options.ts'
import { RecordingFile } from '../monitor/recording/recording-file.ts'
import type { RecordingHeader } from '../monitor/recording/recording.ts'
import { plural } from '../report/plural.ts'
import type { World } from '../world.ts'

export interface MonitorWatchOptions {
  readonly flags: RecordFlags
  /** Prints lines of progress on a terminal as well. */
  readonly plain: boolean
  /** Prints the lines of a recording to stdout. */
  readonly json: boolean
}

export interface MonitorRecordOptions extends Omit<MonitorWatchOptions, 'json'> {
  readonly out: string
  /** A mark for the moment that the recording begins. */
  readonly mark: string | undefined
}

/** Shows what goes on, and keeps nothing. */
export async function monitorWatch(
  world: World,
  { flags, plain, json }: MonitorWatchOptions,
): Promise<number> {
  const settings = readRecordFlags(world, flags)
  const print: RecordListener = {
    begin: (header) => world.out(`${JSON.stringify(header)}\n`),
    line: (line) => world.out(`${JSON.stringify(line)}\n`),
    tick: () => {},
  }
  if (json) await record(world, settings, withWarnings(world, print))
  else await show(world, { plain, out: undefined }, (view) => record(world, settings, view))
  return 0
}

/** Records into a file, which it goes on with where it is there. */
export async function monitorRecord(
  world: World,
  { flags, plain, out, mark }: MonitorRecordOptions,
): Promise<number> {
  const settings = readRecordFlags(world, flags)
  const file = new RecordingFile(resolve(world.cwd, out), out)
  const starts = new Set<number>()
  let isBegun = false
  const keep: RecordListener = {
    begin: (header) => {
      assertContinues(world, file, out, header)
      file.mend()
      file.append(header)
      isBegun = true
      if (mark !== undefined) {
        file.append({ type: 'mark', at: world.now(), text: shownName(mark) })
      }
    },
    line: (line) => {
      if (line.type === 'window') starts.add(line.startedAt)
      file.append(line)
    },
    tick: () => {},
  }
  await show(world, { plain, out }, (view) => record(world, settings, both(keep, view)))
  world.err(
    isBegun ? `Recorded ${plural(starts.size, 'window')} in ${out}.\n` : 'Nothing was recorded.\n',
  )
  return 0
}

/** Windows that are added to others have to be of the same kind. */
function assertContinues(
  world: World,
  file: RecordingFile,
  out: string,
  header: RecordingHeader,
): void {
  const known = file.read()
  if (known === undefined) return
  const [{ windowMs, measures }] = known.headers
  if (
    windowMs !== header.windowMs ||
    JSON.stringify(measures) !== JSON.stringify(header.measures)
  ) {
    throw new CliError(
      'RECORDINGS_DIFFER',
      `"${out}" has windows of another kind: their length, or what they measure, is not what was asked for now. Record to another file.`,
    )
  }
  world.err(`Going on with ${out}, which has ${plural(known.windows.length, 'window')}.\n`)
}

async function show(
  world: World,
  { plain, out }: { readonly plain: boolean; readonly out: string | undefined },
  run: (view: RecordListener) => Promise<void>,
): Promise<void> {
  const screen = plain ? undefined : world.screen
  const live = screen && new LiveView(screen, out)
  try {
    await run(withWarnings(world, live ?? progressLines(world.err)))
  } finally {
    live?.end()
  }
}

/** What cannot be seen is said first, so that nobody waits for it. */
function withWarnings(world: World, { begin, line, tick }: RecordListener): RecordListener {
  return {
    begin: (header, warnings) => {
      for (const { code, message } of header.blind) world.err(`${code}: ${message}\n`)
      for (const warning of warnings) world.err(`${warning}\n`)
      begin(header, warnings)
    },
    line,
    tick,
  }
}

function both(one: RecordListener, other: RecordListener): RecordListener {
  return {
    begin: (...told) => {
      one.begin(...told)
      other.begin(...told)
    },
    line: (line) => {
      one.line(line)
      other.line(line)
    },
    tick: (tick) => {
      one.tick(tick)
      other.tick(tick)
    },
  }
}
