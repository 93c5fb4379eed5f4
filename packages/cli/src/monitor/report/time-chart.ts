import { formatMoment } from '../format-figure.ts'
import { linearAxis, logAxis, type Axis } from './axis.ts'
import { html, type Markup } from './html.ts'
import type { Stretch } from './stretches.ts'
import { timeTicks } from './time-ticks.ts'

/** Values over time, drawn as one line that ends where something was not seen. */
export interface TimeSeries {
  /** Names its colour and its stroke in the style sheet. */
  readonly className: string
  readonly points: readonly TimePoint[]
}

export interface TimePoint {
  /** The middle of a window, in milliseconds of the epoch. */
  readonly at: number
  readonly durationMs: number
  readonly value: number | undefined
}

export interface TimeChartOptions {
  /** What the chart shows, in words. */
  readonly label: string
  readonly stretches: readonly Stretch[]
  readonly series: readonly TimeSeries[]
  readonly marks: readonly TimeMark[]
  readonly gaps: readonly Stretch[]
  readonly scale: 'linear' | 'log'
  readonly format: (value: number) => string
}

export interface TimeMark {
  readonly at: number
  readonly text: string
}

const WIDTH = 800
const HEIGHT = 240
const LEFT = 64
const RIGHT = 12
const TOP = 30
const BOTTOM = 30
const BETWEEN = 24

interface Panel extends Stretch {
  readonly left: number
  readonly right: number
  readonly x: (at: number) => number
}

/** A chart of windows over time; times that lie apart are side by side. */
export function timeChart(options: TimeChartOptions): Markup {
  const { label, series, stretches, scale, format } = options
  const values = series.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []))
  const y = (scale === 'log' ? logAxis : linearAxis)(values, HEIGHT - BOTTOM, TOP)
  const panels = panelsOf(stretches)
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    ${y.ticks.map((tick) => html`<text class="tick" x="${LEFT - 8}" y="${(y.at(tick) + 4).toFixed(1)}" text-anchor="end">${format(tick)}</text>`)}
    ${panels.map((panel) => panelOf(panel, y, options))}
  </svg>`
}

function panelsOf(stretches: readonly Stretch[]): Panel[] {
  const room = WIDTH - LEFT - RIGHT - BETWEEN * (stretches.length - 1)
  const total = stretches.reduce((sum, { from, to }) => sum + (to - from), 0)
  // A short time beside a long one still has to be seen.
  const least = 0.15
  const shares = stretches.map(({ from, to }) => Math.max(least, (to - from) / total))
  const sum = shares.reduce((all, share) => all + share, 0)
  let left = LEFT
  return stretches.map(({ from, to }, index) => {
    const width = (room * (shares[index] ?? 0)) / sum
    const start = left
    left += width + BETWEEN
    const x = (at: number): number => start + ((at - from) / Math.max(1, to - from)) * width
    return { from, to, left: start, right: start + width, x }
  })
}

function panelOf(panel: Panel, y: Axis, { series, marks, gaps }: TimeChartOptions): Markup {
  const { from, to, left, right, x } = panel
  const isInside = ({ at }: { readonly at: number }): boolean => at >= from && at <= to
  const base = HEIGHT - BOTTOM
  return html`
    ${y.ticks.map((tick) => line('grid', left, y.at(tick), right, y.at(tick)))}
    ${timeTicks(panel, right - left).map(({ at, text }) => timeTick(text, x(at), panel))}
    ${gaps
      .filter((gap) => gap.to > from && gap.from < to)
      .map((gap) => {
        const start = x(Math.max(from, gap.from))
        const end = x(Math.min(to, gap.to))
        return html`<rect
          class="gap"
          x="${start.toFixed(1)}"
          y="${TOP}"
          width="${Math.max(2, end - start).toFixed(1)}"
          height="${base - TOP}"
          ><title>not seen</title></rect
        >`
      })}
    ${series.map(({ className, points }) =>
      runsOf(points.filter(isInside)).map((run) => runOf(className, run, x, y)),
    )}
    ${marks.filter(isInside).map((mark, index) => markOf(mark, index, x(mark.at), right))}
  `
}

/** At the ends of a panel, the text stays inside of it. */
function timeTick(text: string, x: number, { left, right }: Panel): Markup {
  const anchor = x - left < 20 ? 'start' : right - x < 20 ? 'end' : 'middle'
  return html`<text
    class="tick"
    x="${x.toFixed(1)}"
    y="${HEIGHT - BOTTOM + 18}"
    text-anchor="${anchor}"
    >${text}</text
  >`
}

/** Points without a pause between them. */
function runsOf(points: readonly TimePoint[]): TimePoint[][] {
  const runs: TimePoint[][] = []
  let last: TimePoint | undefined
  for (const point of points.toSorted((one, other) => one.at - other.at)) {
    const isNext = last?.value !== undefined && point.at - last.at < 2 * point.durationMs
    if (point.value !== undefined) {
      const run = runs.at(-1)
      if (run !== undefined && isNext) run.push(point)
      else runs.push([point])
    }
    last = point
  }
  return runs
}

function runOf(
  className: string,
  run: readonly TimePoint[],
  x: (at: number) => number,
  y: Axis,
): Markup {
  const places = run.map(({ at, value = 0 }) => `${x(at).toFixed(1)},${y.at(value).toFixed(1)}`)
  const [first = '0,0'] = places
  const [cx = '', cy = ''] = first.split(',')
  if (places.length === 1) return html`<circle class="${className}" cx="${cx}" cy="${cy}" r="2" />`
  return html`<polyline class="${className}" points="${places.join(' ')}" />`
}

/** A label stands on one of two lines, so that neighbours do not cover each other. */
function markOf({ at, text }: TimeMark, index: number, x: number, right: number): Markup {
  const isLeft = x > right - 120
  const shown = text.length > 28 ? `${text.slice(0, 27)}…` : text
  return html`<g class="mark">
    <title>${formatMoment(at)} ${text}</title>
    ${line('', x, 14 + (index % 2) * 12, x, HEIGHT - BOTTOM)}
    <text
      x="${(x + (isLeft ? -4 : 4)).toFixed(1)}"
      y="${12 + (index % 2) * 12}"
      text-anchor="${isLeft ? 'end' : 'start'}"
      >${shown}</text
    >
  </g>`
}

function line(className: string, x1: number, y1: number, x2: number, y2: number): Markup {
  return html`<line
    class="${className}"
    x1="${x1.toFixed(1)}"
    y1="${y1.toFixed(1)}"
    x2="${x2.toFixed(1)}"
    y2="${y2.toFixed(1)}"
  />`
}
