import { hookFailed } from './hook.ts'
import type { ConnectionCloseReason } from './telemetry-records.ts'

/** Who is told of everything that happens to the connections of a pool. Durations are in milliseconds. */
export interface PoolListener {
  /**
   * A connection was opened, in `createMs`, from the start of connecting until it was ready;
   * `undefined` where the pool opened it for somebody who already waited, or does not tell.
   */
  opened(createMs: number | undefined): void
  /**
   * Somebody got a connection after `waitMs`, the time to open one included. Called in the
   * asynchronous context of the one who asked.
   */
  acquired(waitMs: number): void
  /**
   * Somebody waited in vain for `waitMs`, the timeout of the pool. Called in the asynchronous context
   * of the one who asked.
   */
  timedOut(waitMs: number): void
  /** A connection came back after `useMs`. */
  released(useMs: number): void
  /** A connection was closed; `ageMs` counts from when the pool was first watched, if it is older. */
  closed(reason: ConnectionCloseReason, ageMs: number): void
}

/**
 * The listeners of a pool, each in an object of its own: one that listens twice is told twice.
 *
 * @internal
 */
export type PoolListeners = Set<{ readonly listener: PoolListener }>

/**
 * Tells every listener. What one of them throws is a warning, and breaks no query.
 *
 * @internal
 */
export function tell<Name extends keyof PoolListener>(
  listeners: PoolListeners,
  name: Name,
  ...args: Parameters<PoolListener[Name]>
): void {
  for (const { listener } of listeners) {
    // The compiler does not see that the arguments are those of this method.
    const method = listener[name] as (...args: unknown[]) => void
    try {
      method.apply(listener, args)
    } catch (error) {
      hookFailed(name, error)
    }
  }
}
