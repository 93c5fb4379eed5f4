import type { World } from '../world.ts'
import { blindSpotsOf } from './recording/blind-spots.ts'
import { checkSources } from './recording/check-sources.ts'
import { Observer } from './recording/observer.ts'
import type { RecordSettings } from './recording/record-options.ts'
import { Recorder, type Observation } from './recording/recorder.ts'
import {
  RECORDING_VERSION,
  type RecordedLine,
  type RecordingEnd,
  type RecordingHeader,
} from './recording/recording.ts'
import { defined } from './defined.ts'
import { nextDue } from './recording/ticks.ts'

/** Whoever is told what is recorded. */
export interface RecordListener {
  /** Before anything else, when it is known what can be seen. */
  readonly begin: (header: RecordingHeader, warnings: readonly string[]) => void
  /** A line that is complete. */
  readonly line: (line: RecordedLine) => void
  /** A moment, and where it lies in the recording. */
  readonly tick: (tick: RecordedTick) => void
}

export interface RecordedTick {
  readonly at: number
  readonly observation: Observation
  /** When the first window began; undefined before. */
  readonly startedAt: number | undefined
  /** When the last one ends; undefined where only a signal ends it. */
  readonly endsAt: number | undefined
}

/**
 * Records until its time is over or a signal comes; a window that is not over then is left out.
 *
 * @throws CliError `SOURCE_FAILED` where a source cannot be read at the start; later, that is a gap
 */
export async function record(
  world: World,
  settings: RecordSettings,
  listener: RecordListener,
): Promise<void> {
  const stop = new AbortController()
  const forget = world.onEnd(() => stop.abort())
  const observer = new Observer(settings)
  try {
    const first = await orStop(() => observer.first(), stop.signal)
    if (first === undefined) return
    const warnings = checkSources(first, settings.endpoints)
    listener.begin(headerOf(world, settings, observer), warnings)
    const reason = await follow(world, settings, observer, listener, stop.signal)
    listener.line({ type: 'end', at: world.now(), reason })
  } finally {
    forget()
    observer.close()
  }
}

async function follow(
  world: World,
  settings: RecordSettings,
  observer: Observer,
  listener: RecordListener,
  stop: AbortSignal,
): Promise<RecordingEnd['reason']> {
  const { windowMs, durationMs } = settings
  const recorder = new Recorder({
    ...settings,
    hasServer: settings.connectionString !== undefined,
    endpoints: settings.endpoints.map(({ name }) => name),
  })
  let startedAt: number | undefined
  for (let due: number | undefined; ;) {
    due = nextDue(due, world.now(), settings)
    await world.sleep(Math.max(0, due - world.now()), stop)
    const isEnd = due % windowMs === 0
    const at = world.now()
    const observation = await orStop(() => observer.observe({ withStatements: isEnd }), stop)
    if (observation === undefined) return 'signal'
    for (const line of recorder.take(due, at, observation)) listener.line(line)
    if (isEnd) startedAt ??= due
    const endsAt =
      startedAt === undefined || durationMs === undefined ? undefined : startedAt + durationMs
    listener.tick({ at, observation, startedAt, endsAt })
    if (endsAt !== undefined && due >= endsAt) return 'duration'
  }
}

function headerOf(world: World, settings: RecordSettings, { facts }: Observer): RecordingHeader {
  const { windowMs, intervalMs, measures } = settings
  return defined<RecordingHeader>({
    type: 'header',
    format: 'oneprisma-monitor',
    version: RECORDING_VERSION,
    startedAt: world.now(),
    windowMs,
    intervalMs,
    measures,
    server: facts,
    blind: blindSpotsOf(measures, facts),
  })
}

/** What comes first: the value, or the signal, which is undefined. */
async function orStop<Value>(
  work: () => Promise<Value>,
  stop: AbortSignal,
): Promise<Value | undefined> {
  if (stop.aborted) return undefined
  let end: () => void = () => {}
  const stopped = new Promise<undefined>((resolve) => {
    end = () => resolve(undefined)
    stop.addEventListener('abort', end, { once: true })
  })
  try {
    return await Promise.race([work(), stopped])
  } finally {
    stop.removeEventListener('abort', end)
  }
}
