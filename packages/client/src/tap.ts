import type { Generation } from './generation.ts'
import type { Observation } from './observation.ts'
import type { TelemetryEvents } from './telemetry-records.ts'
import type { Unit } from './unit-scope.ts'

/**
 * What watches the units of work on a client, or on that of an interactive transaction.
 *
 * @internal
 */
export interface UnitTap {
  /** For what is called on the client of an interactive transaction. */
  readonly inTransaction: UnitTap
  /**
   * Begins a unit of work. Nothing is recorded before it has ended.
   *
   * @param target - What is called: a client, or the delegate of a model.
   */
  unit(target: object, action: string | symbol): Unit
}

/**
 * What watches the shared clients of one name. The runtime calls it where it is there: what is not
 * watched costs nothing.
 *
 * @internal
 */
export interface Tap extends UnitTap {
  /** Wraps a driver adapter. */
  readonly adapter: <Factory extends object>(factory: Factory, observation: Observation) => Factory
  opened(generation: Generation, replaced: Generation | undefined): void
  closed(generation: Generation, durationMs: number, isClean: boolean): void
  emit<Name extends keyof TelemetryEvents>(
    name: Name,
    detail: Omit<TelemetryEvents[Name], 'client'>,
  ): void
}

/** What `telemetry()` returns, to be handed to `sharePrisma`. */
export interface Telemetry {
  /** @internal */
  tap(client: string): Tap
}
