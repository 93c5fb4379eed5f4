const WIDTH = 240
const HEIGHT = 60

/** A line of the last values, with the largest of them as its height. */
export function Sparkline({ label, values }: { label: string; values: readonly number[] }) {
  const max = Math.max(1, ...values)
  const step = WIDTH / Math.max(1, values.length - 1)
  const points = values.map(
    (value, index) =>
      `${(index * step).toFixed(1)},${(HEIGHT - (value / max) * HEIGHT).toFixed(1)}`,
  )
  const latest = values.at(-1) ?? 0
  return (
    <figure>
      <figcaption>
        <span>{label}</span>
        <span className="number">
          {round(latest)}, at most {round(Math.max(0, ...values))}
        </span>
      </figcaption>
      <svg
        viewBox={`-2 -3 ${WIDTH + 4} ${HEIGHT + 6}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${round(latest)} now`}
      >
        <line x1="0" y1={HEIGHT} x2={WIDTH} y2={HEIGHT} />
        <polyline points={points.join(' ')} />
      </svg>
    </figure>
  )
}

function round(value: number): string {
  return value < 10 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value))
}
