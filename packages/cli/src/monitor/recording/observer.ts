import { readEndpoint } from '../app/read-endpoint.ts'
import type { ServerFacts } from '../server/server-sample.ts'
import { ServerWatcher } from '../server/server-watcher.ts'
import type { Observation } from './recorder.ts'
import type { RecordSettings } from './record-options.ts'

// A sample that takes longer is none: what it tells would be of another time.
const SHORTEST_TIMEOUT_MS = 1_000
const LONGEST_TIMEOUT_MS = 5_000

/** Asks the server and all endpoints at once. */
export class Observer {
  readonly #settings: RecordSettings
  readonly #server: ServerWatcher | undefined
  readonly #timeoutMs: number
  readonly #stop = new AbortController()

  constructor(settings: RecordSettings) {
    const { connectionString, windowMs } = settings
    this.#settings = settings
    this.#timeoutMs = Math.round(
      Math.min(LONGEST_TIMEOUT_MS, Math.max(SHORTEST_TIMEOUT_MS, windowMs / 4)),
    )
    this.#server =
      connectionString === undefined
        ? undefined
        : new ServerWatcher(connectionString, this.#timeoutMs)
  }

  /** What is known of the server, as long as there is a connection to it. */
  get facts(): ServerFacts | undefined {
    return this.#server?.facts
  }

  /** Never fails: what cannot be read is part of the answer. */
  async observe(options: { readonly withStatements: boolean }): Promise<Observation> {
    const { endpoints, rule, histogram } = this.#settings
    const bounds = { rule, histogram, timeoutMs: this.#timeoutMs, stop: this.#stop.signal }
    const [server, ...apps] = await Promise.all([
      this.#server?.sample(options),
      ...endpoints.map((endpoint) => readEndpoint(endpoint, bounds)),
    ])
    return { server, apps }
  }

  /** Gives up whatever is being asked. */
  close(): void {
    this.#stop.abort()
    this.#server?.close()
  }
}
