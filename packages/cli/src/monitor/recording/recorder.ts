import { AppsWindow } from '../app/apps-window.ts'
import type { EndpointReading } from '../app/endpoint-window.ts'
import { armOfConnection, onlyArmOf, type ArmRule } from '../arms.ts'
import { isMeantBy } from '../application-name.ts'
import type { Failure } from '../gap.ts'
import type { ServerSample } from '../server/server-sample.ts'
import { ServerWindow } from '../server/server-window.ts'
import type { Measures, RecordedLine } from './recording.ts'
import { ReleaseWatch } from './release-watch.ts'
import { LATEST } from './ticks.ts'
import { windowsOf } from './windows-of.ts'

export interface RecorderOptions {
  readonly windowMs: number
  /** Whether a server is asked. */
  readonly hasServer: boolean
  readonly rule: ArmRule
  readonly measures: Measures
  /** Names of the endpoints, in the order of their answers. */
  readonly endpoints: readonly string[]
}

/** What was answered at one moment. */
export interface Observation {
  /** Undefined where no server is asked. */
  readonly server: ServerSample | Failure | undefined
  readonly apps: ReadonlyArray<EndpointReading | Failure>
}

/**
 * Makes windows of observations. A window lasts from one multiple of its length to the next, so that
 * recordings of the same time have the same windows.
 */
export class Recorder {
  readonly #options: RecorderOptions
  readonly #server: ServerWindow | undefined
  readonly #apps: AppsWindow
  readonly #releases: ReleaseWatch
  /** When the window that is open should have begun, and when it did. */
  #open: { readonly due: number; readonly at: number } | undefined

  constructor(options: RecorderOptions) {
    const { rule, measures, endpoints } = options
    this.#options = options
    const isMeant = (name: string): boolean =>
      measures.app === undefined || isMeantBy(measures.app, name)
    this.#server = options.hasServer
      ? new ServerWindow(
          (name) => (isMeant(name) ? armOfConnection(rule, name) : undefined),
          rule.by === undefined ? [onlyArmOf(rule)] : [],
        )
      : undefined
    this.#apps = new AppsWindow(endpoints)
    this.#releases = new ReleaseWatch(isMeant)
  }

  /**
   * Takes what was observed at `at`, for a moment that was `due`, and returns the lines that are
   * complete by it.
   */
  take(due: number, at: number, { server, apps }: Observation): RecordedLine[] {
    const lines = this.#closeWhatWasMissed(due, at)
    if (server !== undefined) this.#server?.take(server)
    this.#apps.take(apps)
    lines.push(...this.#releases.take(at, server))
    if (due % this.#options.windowMs !== 0) return lines
    if (this.#open === undefined) {
      this.#server?.begin()
      this.#apps.begin()
    } else {
      lines.push(...this.#close(at))
    }
    this.#open = { due, at }
    return lines
  }

  #close(at: number): RecordedLine[] {
    const startedAt = this.#open?.at ?? at
    return windowsOf({
      startedAt,
      durationMs: at - startedAt,
      measures: this.#options.measures,
      server: this.#server?.end(),
      apps: this.#apps.end(),
    })
  }

  /** A window whose end was slept through is none. */
  #closeWhatWasMissed(due: number, at: number): RecordedLine[] {
    const { windowMs } = this.#options
    if (this.#open === undefined) return []
    const end = this.#open.due + windowMs
    const isOnTime = due >= this.#open.due && due <= end && at - end <= windowMs * LATEST
    if (isOnTime) return []
    const startedAt = this.#open.at
    this.#open = undefined
    return [
      {
        type: 'gap',
        startedAt,
        durationMs: Math.max(0, at - startedAt),
        code: 'MONITOR_LATE',
        message: 'the monitor did not run, was too slow, or the clock was set',
      },
    ]
  }
}
