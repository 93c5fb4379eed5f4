import { readEndpoint } from '../app/read-endpoint.ts'
import type { ServerFacts } from '../server/server-sample.ts'
import { ServerWatcher } from '../server/server-watcher.ts'
import type { Observation } from './recorder.ts'
import type { RecordSettings } from './record-options.ts'

// A sample that takes longer is none: what it tells would be of another time.
const SHORTEST_TIMEOUT_MS = 1_000
const LONGEST_TIMEOUT_MS = 5_000
// The first answer may take its time: to connect, to be woken up.
const FIRST_TIMEOUT_MS = 15_000

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
    this.#server = connectionString === undefined ? undefined : new ServerWatcher(connectionString)
  }

  /** What is known of the server, as long as there is a connection to it. */
  get facts(): ServerFacts | undefined {
    return this.#server?.facts
  }

  /** Asks for the first time, with patience. */
  first(): Promise<Observation> {
    return this.#ask(false, FIRST_TIMEOUT_MS)
  }

  /** Asks, for the sums over all statements too where they are wanted. */
  observe(options: { readonly withStatements: boolean }): Promise<Observation> {
    return this.#ask(options.withStatements, this.#timeoutMs)
  }

  /** Never fails: what cannot be read is part of the answer. */
  async #ask(withStatements: boolean, timeoutMs: number): Promise<Observation> {
    const { endpoints, rule, histogram } = this.#settings
    const bounds = { rule, histogram, timeoutMs, stop: this.#stop.signal }
    const [server, ...apps] = await Promise.all([
      this.#server?.sample({ withStatements, timeoutMs }),
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
