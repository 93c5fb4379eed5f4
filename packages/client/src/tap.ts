import type { Generation } from './generation.ts'
import type { Observation } from './observation.ts'
import type { TelemetryEvents } from './telemetry-records.ts'
import type { Unit } from './unit-scope.ts'

/**
 * What watches the shared clients of one name. The runtime calls it where it is there, and nothing
 * else: what is not watched costs nothing.
 *
 * @internal
 */
export interface Tap {
  /**
   * Begins a unit of work. Nothing is recorded before it has ended.
   *
   * @param target - What is called: a client, the delegate of a model, or a transaction's.
   */
  unit(target: object, action: string | symbol): Unit
  /** Wraps a driver adapter. */
  adapter<Factory extends object>(factory: Factory, observation: Observation): Factory
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
