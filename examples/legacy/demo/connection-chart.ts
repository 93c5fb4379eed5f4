import type { ConnectionSample } from './help-desk-database.ts'
import { html, type Markup } from './html.ts'

const WIDTH = 720
const HEIGHT = 260
const LEFT = 40
const RIGHT = 24
const TOP = 16
const BOTTOM = 36

export interface ChartedSide {
  readonly name: string
  /** Names its colour in the style sheet. */
  readonly className: string
  readonly rounds: ReadonlyArray<readonly ConnectionSample[]>
}

export interface ChartOptions {
  /** How long a round of load took, in seconds; the rounds are drawn one after the other. */
  readonly roundSeconds: number
  /** More than that are refused. */
  readonly limit: number
}

/** The connections of each side over the seconds under load. */
export function connectionChart(sides: readonly ChartedSide[], options: ChartOptions): Markup {
  const rounds = Math.max(1, ...sides.map((side) => side.rounds.length))
  const seconds = rounds * options.roundSeconds
  const peak = Math.max(1, ...sides.map(peakOf))
  // The limit is drawn where it is near enough to matter.
  const isLimited = peak > options.limit / 2
  const step = stepFor(isLimited ? options.limit : peak)
  const top = Math.ceil((isLimited ? options.limit : peak) / step) * step
  const x = (second: number): number => LEFT + (second / seconds) * (WIDTH - LEFT - RIGHT)
  const y = (count: number): number => HEIGHT - BOTTOM - (count / top) * (HEIGHT - TOP - BOTTOM)

  const label = `Connections over ${seconds} seconds of load: ${sides
    .map((side) => `${side.name} at most ${peakOf(side)}`)
    .join(', ')}.`
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    ${range(0, top, step).map(
      (count) =>
        html`<line
            class="grid"
            x1="${LEFT}"
            x2="${WIDTH - RIGHT}"
            y1="${y(count)}"
            y2="${y(count)}"
          />
          <text class="tick" x="${LEFT - 8}" y="${y(count) + 4}" text-anchor="end">${count}</text>`,
    )}
    ${range(0, seconds, stepFor(seconds)).map(
      (second) =>
        html`<text class="tick" x="${x(second)}" y="${HEIGHT - 14}" text-anchor="middle"
          >${second} s</text
        >`,
    )}
    ${range(1, rounds - 1, 1).map(
      (round) =>
        html`<line
          class="round"
          x1="${x(round * options.roundSeconds)}"
          x2="${x(round * options.roundSeconds)}"
          y1="${TOP}"
          y2="${HEIGHT - BOTTOM}"
        />`,
    )}
    ${isLimited ? [limitLine(options.limit, y(options.limit))] : []}
    ${sides.map((side) => lineOf(side, options.roundSeconds, x, y))}
  </svg>`
}

function lineOf(
  side: ChartedSide,
  roundSeconds: number,
  x: (second: number) => number,
  y: (count: number) => number,
): Markup {
  const paths = side.rounds.map((samples, round) => {
    const points = samples
      .map(({ ms, connections }) => [ms / 1_000, connections] as const)
      .filter(([second]) => second <= roundSeconds)
      .map(
        ([second, count]) =>
          `${x(round * roundSeconds + second).toFixed(1)},${y(count).toFixed(1)}`,
      )
    return html`<polyline points="${points.join(' ')}" />`
  })
  return html`<g class="line ${side.className}">${paths}</g>`
}

function limitLine(limit: number, at: number): Markup {
  return html`<line class="limit" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" />
    <text class="tick" x="${WIDTH - RIGHT}" y="${at - 5}" text-anchor="end"
      >${limit}: more are refused</text
    >`
}

function peakOf({ rounds }: ChartedSide): number {
  return Math.max(0, ...rounds.flat().map(({ connections }) => connections))
}

/** A round distance that gives about five steps. */
function stepFor(top: number): number {
  const rough = top / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  return Math.max(1, ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power)
}

function range(from: number, to: number, step: number): number[] {
  return Array.from(
    { length: Math.max(0, Math.floor((to - from) / step) + 1) },
    (_, at) => from + at * step,
  )
}
