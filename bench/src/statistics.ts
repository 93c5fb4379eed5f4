/** The middle value; the mean of both for an even count. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which a share of the values lies, interpolated. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}

/** Half the width of the 95 % interval of a median, by resampling. */
export function medianNoise(values: readonly number[], random: () => number = Math.random): number {
  const medians = Array.from({ length: 1_000 }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)] ?? Number.NaN)),
  )
  return (quantile(medians, 0.975) - quantile(medians, 0.025)) / 2
}

/** A new order of the values. */
export function shuffled<Value>(values: readonly Value[]): Value[] {
  return values
    .map((value) => ({ value, key: Math.random() }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ value }) => value)
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
