import { mean } from './centre.ts'

// Fewer blocks can be flipped in too few ways for any p-value to be small.
const FEWEST_BLOCKS = 8
/** What is left of the differences of numbers that are equal, as a share of them. */
const ROUNDING = 1e-9

/**
 * How many neighbours a block of a resample takes along, by how much neighbours of these series are
 * alike. Carlstein's rule for a series that is autoregressive of the first order.
 */
export function blockLengthOf(series: ReadonlyArray<readonly number[]>): number {
  const length = Math.min(...series.map((values) => values.length))
  const likeness = Math.min(0.95, autocorrelation(series))
  if (likeness <= 0) return 1
  const best = ((Math.sqrt(6) * likeness) / (1 - likeness ** 2)) ** (2 / 3) * length ** (1 / 3)
  return Math.max(1, Math.min(Math.round(best), Math.floor(length / FEWEST_BLOCKS)))
}

/** The correlation of neighbours, of several series together, corrected for being short. */
export function autocorrelation(series: ReadonlyArray<readonly number[]>): number {
  let products = 0
  let squares = 0
  let count = 0
  for (const values of series) {
    const centre = mean(values)
    if (values.every((value) => Math.abs(value - centre) <= ROUNDING * Math.abs(centre))) continue
    let last: number | undefined
    for (const value of values) {
      squares += (value - centre) ** 2
      if (last !== undefined) products += (last - centre) * (value - centre)
      last = value
    }
    count += values.length
  }
  if (count === 0) return 0
  const raw = products / squares
  // Its mean is too low by (1 + 3 r) / n in a series of n (Marriott and Pope), to the first order.
  return raw + ((1 + 3 * raw) * series.length) / count
}
