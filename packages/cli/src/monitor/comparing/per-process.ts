import type { RecordedWindow } from '../recording/recording.ts'
import type { SelectedArms } from './select-arms.ts'

export type Counted = 'connections' | 'operations'

/** What figures of arms are of: all processes of an arm, or one of them as a mean. */
export interface PerProcess {
  readonly arms: SelectedArms
  /** What was divided by the number of processes. */
  readonly divided: readonly Counted[]
  /** What could not be, since their number is not known. */
  readonly undivided: readonly Counted[]
}

/**
 * Arms that run at the same time rarely have the same number of processes, and a canary has one: what
 * grows with their number is taken for each process. Arms of the same size are left as they are.
 */
export function perProcess(arms: SelectedArms): PerProcess {
  if (arms.design === 'sequential') return { arms, divided: [], undivided: [] }
  const all = [...arms.before.windows, ...arms.after.windows]
  const counted = (['connections', 'operations'] as const).filter((what) =>
    all.some((window) => window[what] !== undefined),
  )
  const undivided = counted.filter((what) =>
    all.some((window) => window[what] !== undefined && !isDivisible(window, what)),
  )
  const divided = counted.filter(
    (what) =>
      !undivided.includes(what) &&
      new Set(all.flatMap(({ processes }) => processes?.[what] ?? [])).size > 1,
  )
  const divide = (windows: readonly RecordedWindow[]): RecordedWindow[] =>
    windows.map((window) => divideWindow(window, divided))
  return {
    arms: {
      ...arms,
      before: { ...arms.before, windows: divide(arms.before.windows) },
      after: { ...arms.after, windows: divide(arms.after.windows) },
    },
    divided,
    undivided,
  }
}

function isDivisible({ processes, connections }: RecordedWindow, what: Counted): boolean {
  const count = processes?.[what]
  if (count === undefined) return false
  // Processes are seen by their connections: none of the one is none of the other.
  return count > 0 || (what === 'connections' && connections?.max === 0)
}

function divideWindow(window: RecordedWindow, divided: readonly Counted[]): RecordedWindow {
  const { connections, operations, errors, processes } = window
  const connected = Math.max(1, processes?.connections ?? 1)
  const working = Math.max(1, processes?.operations ?? 1)
  return {
    ...window,
    ...(connections &&
      divided.includes('connections') && {
        connections: { mean: connections.mean / connected, max: connections.max / connected },
      }),
    ...(operations !== undefined &&
      divided.includes('operations') && { operations: operations / working }),
    ...(errors !== undefined && divided.includes('operations') && { errors: errors / working }),
  }
}
