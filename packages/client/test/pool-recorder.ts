import type { PoolListener } from '../src/pool-listener.ts'
import type { ConnectionCloseReason } from '../src/telemetry-records.ts'

type PoolEvent =
  | { readonly name: 'opened'; readonly ms: number | undefined }
  | { readonly name: 'acquired' | 'timedOut' | 'released'; readonly ms: number }
  | { readonly name: 'closed'; readonly ms: number; readonly reason: ConnectionCloseReason }

type EventName = PoolEvent['name']

/** Writes down everything that it is told of a pool, in order. */
export class PoolRecorder implements PoolListener {
  readonly events: PoolEvent[] = []
  readonly #waiters = new Set<() => void>()

  asker(): unknown {
    return undefined
  }

  opened(ms: number | undefined): void {
    this.#record({ name: 'opened', ms })
  }

  acquired(ms: number, _asker?: unknown): void {
    this.#record({ name: 'acquired', ms })
  }

  timedOut(ms: number, _asker?: unknown): void {
    this.#record({ name: 'timedOut', ms })
  }

  released(ms: number): void {
    this.#record({ name: 'released', ms })
  }

  closed(reason: ConnectionCloseReason, ms: number): void {
    this.#record({ name: 'closed', ms, reason })
  }

  get names(): EventName[] {
    return this.events.map(({ name }) => name)
  }

  /** The numbers of all events of this name. */
  of(name: EventName): Array<number | undefined> {
    return this.events.filter((event) => event.name === name).map(({ ms }) => ms)
  }

  get reasons(): ConnectionCloseReason[] {
    return this.events.flatMap((event) => (event.name === 'closed' ? [event.reason] : []))
  }

  /** Resolves when this many connections have been closed. */
  async hasClosed(count: number): Promise<void> {
    while (this.of('closed').length < count) {
      // oxlint-disable-next-line no-await-in-loop
      await new Promise<void>((resolve) => this.#waiters.add(resolve))
    }
  }

  #record(event: PoolEvent): void {
    this.events.push(event)
    for (const waiter of this.#waiters) waiter()
    this.#waiters.clear()
  }
}
