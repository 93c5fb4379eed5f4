import type { DriverPool } from './driver-pool.ts'
import type { MetricSeries } from './metric-series.ts'
import { connectionWaitNoter } from './connection-wait-noter.ts'
import { OperationUnit } from './operation-unit.ts'
import { currentScope } from './scope.ts'
import type { ConnectionCloseReason, TelemetryEvents } from './telemetry-records.ts'
import type { PoolListener } from './pool-listener.ts'
import type { Unit } from './unit-scope.ts'
import { watchPool } from './watch-pool.ts'

/** Who is told of the connections. */
export interface PoolOwner {
  readonly client: string
  readonly series: MetricSeries
  emit<Name extends keyof TelemetryEvents>(
    name: Name,
    detail: Omit<TelemetryEvents[Name], 'client'>,
  ): void
}

/** Who asks for a connection. */
interface Asker {
  readonly unit: Unit | undefined
  readonly note: ((waitMs: number) => void) | undefined
}

const IN_TIME: ReadonlySet<ConnectionCloseReason> = new Set([
  'idle',
  'lifetime',
  'uses',
  'drain',
  'failed',
  'given_back',
])

/**
 * Counts what happens to the connections of one shared client, of every pool once, however many of
 * its generations use it.
 *
 * @internal
 */
export class PoolWatch implements PoolListener {
  readonly #owner: PoolOwner
  readonly #pools = new Map<DriverPool, { adapters: number; readonly stop: () => void }>()

  constructor(owner: PoolOwner) {
    this.#owner = owner
  }

  get watched(): Iterable<DriverPool> {
    return this.#pools.keys()
  }

  /** Returns what ends the watch for one adapter. */
  add(pool: DriverPool): () => void {
    const watch = this.#pools.get(pool) ?? { adapters: 0, stop: watchPool(pool, this) }
    this.#pools.set(pool, watch)
    watch.adapters++
    return () => {
      watch.adapters--
      if (watch.adapters > 0) return
      this.#pools.delete(pool)
      // A pool that ends may still close connections, and nobody else will use it.
      if (Reflect.get(pool, 'ending') !== true) watch.stop()
    }
  }

  opened(createMs: number | undefined): void {
    const { series } = this.#owner
    series.opened++
    if (createMs !== undefined) series.create.record(createMs / 1_000)
    this.#owner.emit('connection.opened', { createMs })
  }

  asker(): Asker {
    return { unit: currentScope()?.unit, note: connectionWaitNoter() }
  }

  acquired(waitMs: number, asker: Asker): void {
    if (!this.#hasWaited(waitMs, asker)) return
    this.#owner.series.wait.record(waitMs / 1_000)
    this.#owner.emit('connection.acquired', { waitMs })
  }

  timedOut(waitMs: number, asker: Asker): void {
    if (!this.#hasWaited(waitMs, asker)) return
    this.#owner.series.timeouts++
    this.#owner.emit('connection.timeout', { waitMs })
  }

  released(useMs: number): void {
    this.#owner.series.use.record(useMs / 1_000)
    this.#owner.emit('connection.released', { useMs })
  }

  closed(reason: ConnectionCloseReason, ageMs: number): void {
    this.#owner.series.closed(reason)
    if (reason === 'lost') this.#owner.emit('connection.lost', { reason, ageMs })
    else if (IN_TIME.has(reason)) this.#owner.emit('connection.closed', { reason, ageMs })
    else this.#owner.emit('connection.evicted', { reason, ageMs })
  }

  /** Tells whoever asked, and whether it was not for another shared client on the same pool. */
  #hasWaited(waitMs: number, { unit, note }: Asker): boolean {
    note?.(waitMs)
    if (!(unit instanceof OperationUnit)) return true
    if (unit.client !== this.#owner.client) return false
    unit.hasWaited(waitMs)
    return true
  }
}
