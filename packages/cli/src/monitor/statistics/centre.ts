/** The middle value; the mean of both for an even count; NaN of none. */
export function median(values: Iterable<number>): number {
  return quantile(values, 0.5)
}

/** The value below which a share of the values lies, interpolated; NaN of none. */
export function quantile(values: Iterable<number>, share: number): number {
  // A typed array sorts numbers, and several times as fast.
  const sorted = Float64Array.from(values).toSorted()
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below === above ? below : below + (above - below) * (position - Math.floor(position))
}

/** NaN of none. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** The mean of the squared distances from the mean. */
export function variance(values: readonly number[]): number {
  const centre = mean(values)
  return mean(values.map((value) => (value - centre) ** 2))
}
