import { plural } from '../../report/plural.ts'
import { formatDuration } from '../duration.ts'
import { formatTime } from '../format-figure.ts'
import { connectionLines } from './connection-lines.ts'
import type { LiveState } from './live-state.ts'
import type { FrameLine } from './redraw.ts'
import { windowLines } from './window-lines.ts'

const MOST_MARKS = 3

/** What a live view looks like now, line by line. */
export function frameOf(state: LiveState, columns: number): FrameLine[] {
  const width = Math.max(20, columns - 1)
  return [
    titleOf(state),
    ...progressOf(state, width),
    [],
    ...connectionLines(state, width),
    ...windowLines(state, width),
    ...markLines(state),
    ...gapLines(state),
  ]
}

function titleOf({ out, tick }: LiveState): FrameLine {
  return [
    { text: 'oneprisma monitor', colour: 'bold' },
    { text: out === undefined ? '  watching' : `  recording ${out}` },
    { text: tick === undefined ? '' : `  ${formatTime(tick.at)}`, colour: 'dim' },
  ]
}

function progressOf({ header, tick }: LiveState, width: number): FrameLine[] {
  if (header === undefined || tick === undefined) return []
  const { at, startedAt, endsAt } = tick
  const { windowMs } = header
  if (startedAt === undefined) {
    const begins = Math.ceil(at / windowMs) * windowMs
    return [[{ text: `The first window begins in ${formatDuration(begins - at)}.` }]]
  }
  const done = Math.max(0, Math.floor((at - startedAt) / windowMs))
  if (endsAt === undefined) {
    return [
      [
        { text: bar((at % windowMs) / windowMs, 20) },
        { text: `  window ${done + 1} of ${formatDuration(windowMs)}, until Ctrl-C` },
      ],
    ]
  }
  const all = (endsAt - startedAt) / windowMs
  const text = `  ${Math.min(done, all)} of ${all} windows, ${formatDuration(endsAt - at)} left`
  const share = (at - startedAt) / (endsAt - startedAt)
  return [[{ text: bar(share, Math.min(40, width - text.length)) }, { text }]]
}

function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width)
  return '█'.repeat(Math.max(0, full)) + '░'.repeat(Math.max(0, width - full))
}

function markLines({ marks }: LiveState): FrameLine[] {
  return marks
    .slice(-MOST_MARKS)
    .map(({ at, text }) => [{ text: `${formatTime(at)} ${text}`, colour: 'yellow' }])
}

function gapLines({ windows, gaps }: LiveState): FrameLine[] {
  const all = [
    ...gaps.map(
      ({ startedAt, code, message }) => `${formatTime(startedAt)}: monitor ${code}, ${message}`,
    ),
    ...windows.flatMap(({ startedAt, gaps: own = [] }) =>
      own.map(
        ({ source, code, message }) => `${formatTime(startedAt)}: ${source} ${code}, ${message}`,
      ),
    ),
  ].toSorted()
  // All arms of a window have its gaps.
  const told = [...new Set(all)]
  const last = told.at(-1)
  if (last === undefined) return []
  return [[{ text: `${plural(told.length, 'gap')}, the last at ${last}`, colour: 'yellow' }]]
}
