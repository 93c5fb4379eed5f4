import { callHook } from './hook.ts'
import { registry } from './registry.ts'
import type { TelemetryEventName, TelemetryEvents } from './telemetry-records.ts'

/**
 * Who listens to what, in the whole process. What nobody listens to costs a question.
 *
 * @internal
 */
export class EventListeners {
  readonly #listeners = new Map<TelemetryEventName, Set<(event: never) => unknown>>()

  has(name: TelemetryEventName): boolean {
    return this.#listeners.has(name)
  }

  /** Returns what ends the subscription; calling that again does nothing. */
  subscribe<Name extends TelemetryEventName>(
    name: Name,
    listener: (event: TelemetryEvents[Name]) => unknown,
  ): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners)
    // A function of its own, so that a listener that subscribes twice is told twice.
    const own = (event: TelemetryEvents[Name]): unknown => listener(event)
    listeners.add(own)
    return () => {
      listeners.delete(own)
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) {
        this.#listeners.delete(name)
      }
    }
  }

  /** Tells every listener; one that fails is a warning, and no more. */
  emit<Name extends TelemetryEventName>(name: Name, event: TelemetryEvents[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      // What was subscribed under a name takes its event.
      callHook(name, listener as (event: TelemetryEvents[Name]) => unknown, event)
    }
  }
}

/**
 * Those of this process, in every bundle.
 *
 * @internal
 */
export function processListeners(): EventListeners {
  return (registry().listeners ??= new EventListeners())
}
