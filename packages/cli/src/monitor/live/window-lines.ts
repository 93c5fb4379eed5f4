import { formatDuration } from '../duration.ts'
import { formatMs, formatNumber } from '../format-figure.ts'
import type { RecordedWindow } from '../recording/recording.ts'
import type { LiveState } from './live-state.ts'
import type { FrameLine } from './redraw.ts'
import { row } from './row.ts'

const MOST_ARMS = 4

/** The last window of each arm, with those before it as bars. */
export function windowLines({ windows, header }: LiveState, width: number): FrameLine[] {
  if (windows.length === 0) return []
  const arms = [...new Set(windows.map(({ arm }) => arm))].slice(0, MOST_ARMS)
  return arms.flatMap((arm) => {
    const own = windows.filter((window) => window.arm === arm)
    const last = own.at(-1)
    if (last === undefined) return []
    return [
      [],
      [{ text: headingOf(arm, header?.windowMs ?? 0), colour: 'dim' as const }],
      ...figureLines(own, last, width),
    ]
  })
}

function headingOf(arm: string | undefined, windowMs: number): string {
  const which = arm === undefined ? '' : `${arm}, `
  return `${which}last window of ${formatDuration(windowMs)}`
}

function figureLines(
  own: readonly RecordedWindow[],
  last: RecordedWindow,
  width: number,
): FrameLine[] {
  const { latency, operations, errors, pool, server } = last
  const rate = (count: number): string => `${formatNumber((count * 1_000) / last.durationMs)} /s`
  const database = server?.database
  return [
    ...(latency === undefined
      ? []
      : [
          row('p50', formatMs(latency.p50), width, {
            values: own.map((each) => each.latency?.p50),
          }),
          row('p95', formatMs(latency.p95), width, {
            values: own.map((each) => each.latency?.p95),
          }),
          row('p99', formatMs(latency.p99), width, {
            values: own.map((each) => each.latency?.p99),
          }),
        ]),
    ...(operations === undefined
      ? []
      : [
          row('operations', rate(operations), width, {
            values: own.map((each) => each.operations),
          }),
        ]),
    ...(errors === undefined
      ? []
      : [
          row('errors', rate(errors), width, {
            values: own.map((each) => each.errors),
            ...(errors > 0 && { colour: 'red' }),
          }),
        ]),
    ...(pool?.waiting === undefined
      ? []
      : [
          row('waiting for a connection', formatNumber(pool.waiting.mean), width, {
            values: own.map((each) => each.pool?.waiting?.mean),
          }),
        ]),
    ...(pool?.timeouts
      ? [row('waited in vain', String(pool.timeouts), width, { colour: 'red' })]
      : []),
    ...(database === undefined
      ? []
      : [
          row(
            'commits, rollbacks',
            `${rate(database.commits)}, ${rate(database.rollbacks)}`,
            width,
          ),
        ]),
    ...(database?.deadlocks
      ? [row('deadlocks', String(database.deadlocks), width, { colour: 'red' })]
      : []),
  ]
}
