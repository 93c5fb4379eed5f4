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
   * Somebody asks for a connection, in whose asynchronous context this is called: the answer may come
   * in that of whoever gives one back. What is returned is handed over with it.
   */
  asker(): unknown
  /** The asker got a connection after `waitMs`, the time to open one included. */
  acquired(waitMs: number, asker: unknown): void
  /** The asker waited in vain for `waitMs`, the timeout of the pool. */
  timedOut(waitMs: number, asker: unknown): void
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

/** A listener, and who asks as it sees it. */
export interface Asker {
  readonly listener: PoolListener
  readonly asker: unknown
}

/**
 * Asks every listener who asks. What one of them throws is a warning, here as below, and breaks no
 * query. It is on the path of every query, and so makes no closure.
 *
 * @internal
 */
export function askersOf(listeners: PoolListeners): readonly Asker[] {
  const askers: Asker[] = []
  for (const { listener } of listeners) {
    try {
      askers.push({ listener, asker: listener.asker() })
    } catch (error) {
      hookFailed('asker', error)
      askers.push({ listener, asker: undefined })
    }
  }
  return askers
}

/**
 * Tells those who were asked.
 *
 * @internal
 */
export function answer(
  askers: readonly Asker[],
  name: 'acquired' | 'timedOut',
  waitMs: number,
): void {
  for (const { listener, asker } of askers) {
    try {
      listener[name](waitMs, asker)
    } catch (error) {
      hookFailed(name, error)
    }
  }
}

/**
 * Tells every listener that a connection came back.
 *
 * @internal
 */
export function tellReleased(listeners: PoolListeners, useMs: number): void {
  for (const { listener } of listeners) {
    try {
      listener.released(useMs)
    } catch (error) {
      hookFailed('released', error)
    }
  }
}

/**
 * Tells every listener of what happens seldom.
 *
 * @internal
 */
export function tell(
  listeners: PoolListeners,
  name: 'opened' | 'closed',
  to: (listener: PoolListener) => void,
): void {
  for (const { listener } of listeners) {
    try {
      to(listener)
    } catch (error) {
      hookFailed(name, error)
    }
  }
}
