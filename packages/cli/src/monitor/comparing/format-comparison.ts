import { displayWidth } from '../../report/display-width.ts'
import type { Colour, Paint } from '../../report/paint.ts'
import { plural } from '../../report/plural.ts'
import { wrap } from '../../report/wrap.ts'
import type { ComparisonVerdict, MetricComparison, MetricVerdict } from '../comparison.ts'
import { formatDuration } from '../duration.ts'
import { formatMoment } from '../format-figure.ts'
import type { ComparedRecordings } from './compare-recordings.ts'
import {
  changeText,
  inReadingOrder,
  intervalText,
  metricName,
  noiseText,
  valueText,
} from './metric-text.ts'
import { sidesOf, type SelectedArm } from './select-arms.ts'
import { verdictName, verdictReason } from './verdict-text.ts'

export interface FormatComparisonOptions {
  readonly paint: Paint
  /** Of a terminal, in columns; undefined for a file. */
  readonly width: number | undefined
}

const COLOURS: Readonly<Record<MetricVerdict, Colour | undefined>> = {
  worse: 'red',
  better: 'green',
  same: undefined,
  unclear: 'yellow',
}
const VERDICT_COLOURS: Readonly<Record<ComparisonVerdict, Colour>> = {
  regression: 'red',
  'no-regression': 'green',
  inconclusive: 'yellow',
  refused: 'yellow',
}
const WIDTH = 100

/** A comparison for people. The verdict comes last, where a terminal ends. */
export function formatComparison(
  { comparison, arms, notes, windowMs }: ComparedRecordings,
  { paint, width = WIDTH }: FormatComparisonOptions,
): string {
  const { metrics, refusals, verdict } = comparison
  const [before, after] = sidesOf(arms)
  const nameWidth = Math.max(before.length, after.length)
  const told = (code: string, message: string): string[] =>
    wrap(`${code}: ${message}`, Math.min(width, WIDTH)).map((line) => `${line}\n`)
  return [
    `${before.padEnd(nameWidth)}  ${armText(arms.before, before, windowMs)}\n`,
    `${after.padEnd(nameWidth)}  ${armText(arms.after, after, windowMs)}\n`,
    '\n',
    ...tableOf(inReadingOrder(metrics), [before, after], paint, width),
    ...(metrics.length > 0 ? ['\n'] : []),
    ...refusals.flatMap(({ code, message }) => told(code, message)),
    ...notes.flatMap(({ code, message }) => told(code, message)),
    ...(refusals.length + notes.length > 0 ? ['\n'] : []),
    `${paint(VERDICT_COLOURS[verdict], `${verdictName(verdict)}: ${verdictReason(comparison)}.`)}\n`,
  ].join('')
}

function armText({ name, windows }: SelectedArm, side: string, windowMs: number): string {
  const [first] = windows
  const last = windows.at(-1)
  const which = name === side ? '' : `${name}, `
  if (first === undefined || last === undefined) return `${which}no windows`
  const span = `${formatMoment(first.startedAt)} to ${formatMoment(last.startedAt + last.durationMs)}`
  return `${which}${plural(windows.length, 'window')} of ${formatDuration(windowMs)}, ${span}`
}

function tableOf(
  metrics: readonly MetricComparison[],
  sides: readonly [string, string],
  paint: Paint,
  width: number,
): string[] {
  if (metrics.length === 0) return []
  const rows = [
    ['metric', ...sides, 'change', '95 % interval', 'noise', 'verdict'],
    ...metrics.map((metric) => [
      metricName(metric.metric),
      valueText(metric, metric.before),
      valueText(metric, metric.after),
      changeText(metric),
      intervalText(metric),
      noiseText(metric),
      metric.verdict,
    ]),
  ]
  const widthOf = (column: number): number =>
    Math.max(...rows.map((row) => displayWidth(row[column] ?? '')))
  // What does not fit is left to the JSON and the report, the verdict last.
  const all = [0, 1, 2, 3, 4, 5, 6]
  const columns = [[], [5], [4, 5], [1, 2, 4, 5]]
    .map((left) => all.filter((column) => !left.includes(column)))
    .find((shown) => shown.reduce((sum, column) => sum + widthOf(column) + 2, -2) <= width)
  return rows.map((row, index) => {
    const verdict = metrics[index - 1]?.verdict
    const cells = (columns ?? [0, 3, 6]).map((column) => {
      const text = row[column] ?? ''
      const room = ' '.repeat(widthOf(column) - displayWidth(text))
      if (column === 0) return `${text}${room}`
      if (column !== 6) return `${room}${text}`
      const colour = verdict && COLOURS[verdict]
      return colour === undefined ? text : paint(colour, text)
    })
    const line = cells.join('  ')
    return `${index === 0 ? paint('dim', line) : line}\n`
  })
}
