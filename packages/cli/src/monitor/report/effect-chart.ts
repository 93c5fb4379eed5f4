import type { MetricComparison } from '../comparison.ts'
import { metricsOf } from '../compare/metric.ts'
import { changeText, intervalText, metricName } from '../comparing/metric-text.ts'
import { html, type Markup } from './html.ts'

const WIDTH = 800
const LEFT = 170
const RIGHT = 110
const TOP = 26
const ROW = 34
/** Farther out than so many times what counts, an arrow stands for the rest. */
const FARTHEST = 4

/**
 * How large each change is, with its interval and the noise floor, in units of what counts as a
 * change: so that ratios and differences can be seen side by side.
 */
export function effectChart(all: readonly MetricComparison[], threshold: number): Markup {
  const metrics = all.filter(({ metric }) => metric !== 'throughput')
  const height = TOP + metrics.length * ROW + 26
  const middle = (LEFT + WIDTH - RIGHT) / 2
  const unit = (WIDTH - RIGHT - LEFT) / 2 / FARTHEST
  const x = (units: number): number =>
    middle + Math.max(-FARTHEST, Math.min(FARTHEST, Number.isNaN(units) ? 0 : units)) * unit
  const label = `Changes with their intervals: ${metrics
    .map((metric) => `${metricName(metric.metric)} ${changeText(metric)}, ${metric.verdict}`)
    .join('; ')}.`
  const bottom = TOP + metrics.length * ROW
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">
    <rect
      class="counts-not"
      x="${x(-1)}"
      y="${TOP}"
      width="${x(1) - x(-1)}"
      height="${bottom - TOP}"
    />
    <line class="zero" x1="${middle}" x2="${middle}" y1="${TOP}" y2="${bottom}" />
    <text class="tick" x="${LEFT}" y="16">← better</text>
    <text class="tick" x="${middle}" y="16" text-anchor="middle">no change</text>
    <text class="tick" x="${WIDTH - RIGHT}" y="16" text-anchor="end">worse →</text>
    ${metrics.map((metric, index) => rowOf(metric, TOP + index * ROW + ROW / 2, x, unitsOf(metric, threshold)))}
    <text class="tick" x="${middle}" y="${bottom + 18}" text-anchor="middle">
      shaded: too small to count · thin bar: noise · thick bar: what the change may be
    </text>
  </svg>`
}

/** An effect in units of what counts; undefined where it is beyond all numbers. */
function unitsOf(
  { metric, effect }: MetricComparison,
  threshold: number,
): (value: number) => number {
  const practical =
    metricsOf({ design: 'sequential', practicalRatio: 1 + threshold }).find(
      ({ name }) => name === metric,
    )?.practical ?? 1
  return (value) => (effect === 'ratio' ? Math.log(value) : value) / practical
}

function rowOf(
  metric: MetricComparison,
  y: number,
  x: (units: number) => number,
  units: (value: number) => number,
): Markup {
  const [least, most] = metric.interval.map(units)
  const value = units(metric.effect === 'ratio' ? metric.ratio : metric.difference)
  const noise = metric.noiseFloor === undefined ? undefined : Math.abs(units(metric.noiseFloor))
  return html`<g class="effect ${metric.verdict}">
    <title>${metricName(metric.metric)}: ${changeText(metric)}, ${intervalText(metric)}</title>
    <text class="name" x="${LEFT - 12}" y="${y + 4}" text-anchor="end"
      >${metricName(metric.metric)}</text
    >
    ${noise !== undefined && html`<rect class="noise" x="${x(-noise).toFixed(1)}" width="${Math.max(1, x(noise) - x(-noise)).toFixed(1)}" y="${y - 3}" height="6" />`}
    ${least !== undefined && most !== undefined && html`<line class="interval" x1="${x(least).toFixed(1)}" x2="${x(most).toFixed(1)}" y1="${y}" y2="${y}" />`}
    ${pointOf(value, x, y)}
    <text class="value" x="${WIDTH - RIGHT + 12}" y="${y + 4}">${changeText(metric)}</text>
  </g>`
}

function pointOf(value: number, x: (units: number) => number, y: number): Markup {
  if (value > FARTHEST) return arrow(x(FARTHEST), y, 8)
  if (value < -FARTHEST) return arrow(x(-FARTHEST), y, -8)
  return html`<circle cx="${x(value).toFixed(1)}" cy="${y}" r="5" />`
}

function arrow(x: number, y: number, length: number): Markup {
  return html`<path d="M${x - length},${y - 6} L${x},${y} L${x - length},${y + 6} Z" />`
}
