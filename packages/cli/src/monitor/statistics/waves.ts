import { mean, sum } from './centre.ts'

/** The slowest movements of an arm that are looked at, at most, and the windows that each one needs. */
const MOST = 8
const WINDOWS_PER_WAVE = 3

/** A slow movement of a series: a cosine of half a turn over it, or two, or three. */
export interface Wave {
  /** So scaled that it has the variance of a value where the series is noise. */
  readonly amplitude: number
  /** Its variance in a random walk, in that of a whole walk over the longest series. */
  readonly walk: number
  /** Its amplitude in a line that rises by 1 over the longest series. */
  readonly line: number
}

/** The waves of a series, the slowest first; its mean is in none of them. */
export function wavesOf(series: readonly number[], longest: number): Wave[] {
  const { length } = series
  const count = Math.min(MOST, Math.floor(length / WINDOWS_PER_WAVE))
  const line = series.map((_, at) => at / longest)
  return Array.from({ length: count }, (_, at) => {
    const turns = (at + 1) * Math.PI
    return {
      amplitude: amplitudeOf(series, turns),
      walk: (length / longest / turns) ** 2,
      line: amplitudeOf(line, turns),
    }
  })
}

function amplitudeOf(series: readonly number[], turns: number): number {
  const { length } = series
  const centre = mean(series)
  const products = series.map(
    (value, at) => (value - centre) * Math.cos((turns * (at + 0.5)) / length),
  )
  return sum(products) * Math.sqrt(2 / length)
}
