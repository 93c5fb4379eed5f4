const WIDTH = 300
const HEIGHT = 80
const SECONDS = 300

interface Point {
  readonly at: number
  readonly value: number
}

interface Series {
  readonly name: string
  readonly tone: 'strong' | 'soft' | 'good' | 'warn'
  readonly points: readonly Point[]
}

/** Lines over the last five minutes. Where nothing was measured, there is a gap. */
export function TimeChart({
  label,
  at,
  series,
}: {
  label: string
  at: number
  series: readonly Series[]
}) {
  const highest = Math.max(1, ...series.flatMap(({ points }) => points.map(({ value }) => value)))
  const latest = series.map(({ name, points }) => `${name} ${round(points.at(-1)?.value ?? 0)}`)
  return (
    <figure>
      <figcaption>
        <span>{label}</span>
        <span className="number">at most {round(highest)}</span>
      </figcaption>
      <svg
        viewBox={`0 -4 ${WIDTH} ${HEIGHT + 8}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}, last: ${latest.join(', ')}; at most ${round(highest)}`}
      >
        <line x1="0" y1={HEIGHT} x2={WIDTH} y2={HEIGHT} />
        {series.map(({ name, tone, points }) => (
          <path key={name} className={tone} d={pathOf(points, at, highest)} />
        ))}
      </svg>
      <p className="legend">
        {series.map(({ name, tone }) => (
          <span key={name} className={tone}>
            {name}
          </span>
        ))}
      </p>
    </figure>
  )
}

function pathOf(points: readonly Point[], at: number, highest: number): string {
  let before = 0
  return points
    .map((point) => {
      const x = WIDTH - ((at - point.at) / 1_000) * (WIDTH / SECONDS)
      const y = HEIGHT - (point.value / highest) * HEIGHT
      const isNext = point.at - before <= 1_000
      before = point.at
      // A second by itself is a dot: a line of almost no length, with round ends.
      return `${isNext ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}${isNext ? '' : 'h0.01'}`
    })
    .join('')
}

function round(value: number): string {
  return value < 10 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value))
}
