import type { ComparedRecordings } from '../comparing/compare-recordings.ts'
import type { Counted } from '../comparing/per-process.ts'
import type { RecordedWindow } from '../recording/recording.ts'
import { stretchesOf, type Stretch } from './stretches.ts'
import type { TimeMark, TimePoint } from './time-chart.ts'

/** What all charts over time have in common. */
export interface ChartedArms {
  readonly arms: readonly ChartedArm[]
  readonly stretches: readonly Stretch[]
  readonly marks: readonly TimeMark[]
  readonly gaps: readonly Stretch[]
  /** What is that of one process, as a mean. */
  readonly divided: readonly Counted[]
}

export interface ChartedArm {
  readonly name: string
  /** Names its colour in the style sheet. */
  readonly className: 'before' | 'after' | 'between'
  readonly windows: readonly RecordedWindow[]
}

/** The arms that are compared, and what lies between them where one recording was split. */
export function chartedArms({ arms, recordings, divided }: ComparedRecordings): ChartedArms {
  const { before, after } = arms
  const starts = new Set([...before.windows, ...after.windows].map(({ startedAt }) => startedAt))
  const [first, second] = recordings
  const between =
    second === undefined && arms.design === 'sequential'
      ? (first?.windows ?? []).filter(({ startedAt }) => !starts.has(startedAt))
      : []
  const charted: readonly ChartedArm[] = [
    { name: before.name, className: 'before', windows: before.windows },
    ...(between.length > 0
      ? [{ name: 'in between', className: 'between' as const, windows: between }]
      : []),
    { name: after.name, className: 'after', windows: after.windows },
  ]
  return {
    arms: charted,
    divided,
    stretches: stretchesOf(charted.flatMap(({ windows }) => windows)),
    marks: recordings.flatMap(({ marks }) => marks).toSorted((one, other) => one.at - other.at),
    gaps: recordings.flatMap(({ gaps }) =>
      gaps.map(({ startedAt, durationMs }) => ({ from: startedAt, to: startedAt + durationMs })),
    ),
  }
}

/** A figure of each window, at its middle. */
export function pointsOf(
  { windows }: ChartedArm,
  valueOf: (window: RecordedWindow) => number | undefined,
): TimePoint[] {
  return windows.map((window) => ({
    at: window.startedAt + window.durationMs / 2,
    durationMs: window.durationMs,
    value: valueOf(window),
  }))
}

/** The greatest of a figure over all windows of an arm; undefined where nobody saw one. */
export function greatest(
  { windows }: ChartedArm,
  valueOf: (window: RecordedWindow) => number | undefined,
): number | undefined {
  const values = windows.flatMap((window) => valueOf(window) ?? [])
  return values.length === 0 ? undefined : Math.max(...values)
}
