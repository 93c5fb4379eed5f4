/**
 * P-values of several tests, each raised so that the chance of any false alarm among them is no
 * more than the level that they are compared with (Holm).
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues
    .map((pValue, at) => ({ pValue, at }))
    .toSorted((one, other) => one.pValue - other.pValue)
  const adjusted = pValues.map(() => 1)
  let least = 0
  for (const [rank, { pValue, at }] of order.entries()) {
    least = Math.max(least, Math.min(1, pValue * (pValues.length - rank)))
    adjusted[at] = least
  }
  return adjusted
}
