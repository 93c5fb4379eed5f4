import { select } from './select.ts'

/** The middle value; the mean of both for an even count; NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which a share of the values lies, interpolated; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const position = (values.length - 1) * share
  const place = Math.floor(position)
  const [below, above] = select(new Float64Array(values), place)
  return below === above ? below : below + (above - below) * (position - place)
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
