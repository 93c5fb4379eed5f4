/** The two-sided p-value of the test of Mann and Whitney, by its normal approximation. */
export function mannWhitney(ones: readonly number[], others: readonly number[]): number {
  const sorted = new Float64Array([...ones, ...others]).toSorted()
  const [one, other, all] = [ones.length, others.length, sorted.length]
  let ties = 0
  const ranks = new Map<number, number>()
  for (let from = 0; from < all;) {
    const value = sorted[from] ?? Number.NaN
    let to = from
    while (to < all && sorted[to] === value) to++
    // Equal values share the mean of their ranks.
    ranks.set(value, (from + 1 + to) / 2)
    ties += (to - from) ** 3 - (to - from)
    from = to
  }
  const rankSum = ones.reduce((sum, value) => sum + (ranks.get(value) ?? Number.NaN), 0)
  const wins = rankSum - (one * (one + 1)) / 2
  const variance = ((one * other) / 12) * (all + 1 - ties / (all * (all - 1)))
  const distance = Math.abs(wins - (one * other) / 2) - 0.5
  return variance === 0
    ? 1
    : Math.min(1, 2 * normalTail(Math.max(0, distance) / Math.sqrt(variance)))
}

/** How much of the normal distribution is above `z`, to 1e-7 (Abramowitz and Stegun, 26.2.17). */
function normalTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  const factors = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429]
  return density * factors.reduceRight((sum, factor) => (sum + factor) * t, 0)
}
