import { formatMs, formatNumber } from '../format-figure.ts'
import type { RecordedWindow } from '../recording/recording.ts'
import type { Counted } from '../comparing/per-process.ts'
import { greatest, pointsOf, type ChartedArms } from './charted-arms.ts'
import { html, type Markup } from './html.ts'
import { timeChart } from './time-chart.ts'

type ValueOf = (window: RecordedWindow) => number | undefined

interface Line {
  readonly name: string
  /** How it is drawn: `plain`, `dashed`, `dotted`. */
  readonly stroke: string
  readonly valueOf: ValueOf
}

interface Chart {
  readonly title: string
  /** What has to be divided by the processes where arms have different numbers of them. */
  readonly counts?: Counted
  readonly lines: readonly Line[]
  readonly scale: 'linear' | 'log'
  readonly format: (value: number) => string
}

const QUANTILES = ['p50', 'p95', 'p99'] as const
const STROKES = ['plain', 'dashed', 'dotted'] as const

const CHARTS: readonly Chart[] = [
  {
    title: 'Connections',
    counts: 'connections',
    lines: [
      { name: 'mean', stroke: 'plain', valueOf: ({ connections }) => connections?.mean },
      { name: 'at most', stroke: 'dotted', valueOf: ({ connections }) => connections?.max },
    ],
    scale: 'linear',
    format: formatNumber,
  },
  {
    title: 'Latency',
    lines: QUANTILES.map((quantile, index) => ({
      name: quantile,
      stroke: STROKES[index] ?? 'plain',
      valueOf: ({ latency }) => latency?.[quantile],
    })),
    scale: 'log',
    format: formatMs,
  },
  {
    title: 'Load',
    counts: 'operations',
    lines: [
      {
        name: 'operations a second',
        stroke: 'plain',
        valueOf: ({ operations, durationMs }) =>
          operations === undefined ? undefined : (operations * 1_000) / durationMs,
      },
    ],
    scale: 'linear',
    format: formatNumber,
  },
  {
    title: 'Failed operations',
    lines: [{ name: 'in a window', stroke: 'plain', valueOf: ({ errors }) => errors }],
    scale: 'linear',
    format: formatNumber,
  },
  {
    title: 'Waiting for a connection',
    lines: [
      { name: 'callers, mean', stroke: 'plain', valueOf: ({ pool }) => pool?.waiting?.mean },
      { name: 'at most', stroke: 'dotted', valueOf: ({ pool }) => pool?.waiting?.max },
    ],
    scale: 'linear',
    format: formatNumber,
  },
]
// A chart of zeros is a sentence.
const QUIET = new Set(['Failed operations', 'Waiting for a connection'])

/** A chart over time for everything that was recorded. */
export function chartSections(charted: ChartedArms): readonly Markup[] {
  return CHARTS.flatMap((chart) => {
    const values = charted.arms.flatMap((arm) =>
      chart.lines.flatMap(({ valueOf }) => greatest(arm, valueOf) ?? []),
    )
    if (values.length === 0) return []
    if (QUIET.has(chart.title) && Math.max(...values) === 0) {
      return [
        html`<h2>${chart.title}</h2>
          <p class="quiet">None in any window.</p>`,
      ]
    }
    return [sectionOf(chart, charted)]
  })
}

function sectionOf(chart: Chart, charted: ChartedArms): Markup {
  const { lines, scale, format, counts } = chart
  const isDivided = counts !== undefined && charted.divided.includes(counts)
  const title = isDivided ? `${chart.title} of one process` : chart.title
  const { arms, stretches, marks, gaps } = charted
  const label = `${title} in each window: ${arms
    .map((arm) =>
      lines
        .map(({ name, valueOf }) => {
          const most = greatest(arm, valueOf)
          return `${arm.name} ${name} ${most === undefined ? 'not seen' : `up to ${format(most)}`}`
        })
        .join(', '),
    )
    .join('; ')}.`
  const series = arms.flatMap((arm) =>
    lines.map(({ stroke, valueOf }) => ({
      className: `${arm.className} ${stroke}`,
      points: pointsOf(arm, valueOf),
    })),
  )
  return html`<section>
    <h2>${title}</h2>
    <p class="legend">
      ${arms.map(({ name, className }) => html`<span class="${className}">${name}</span>`)}
      ${lines.length > 1 && lines.map(({ name, stroke }) => html`<span class="stroke ${stroke}">${name}</span>`)}
    </p>
    <div class="wide">${timeChart({ label, stretches, series, marks, gaps, scale, format })}</div>
  </section>`
}
