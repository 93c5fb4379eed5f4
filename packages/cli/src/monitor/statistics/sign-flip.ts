/** How many flips are drawn where there are too many to take all. */
const FLIPS = 1_999

/**
 * The permutation test of paired differences, two-sided: which of a pair was which arm is by chance
 * where there is no difference, so that the signs of all differences may as well be others. Its
 * statistic is Wilcoxon's sum of signed ranks. Neighbours that are alike keep their signs to each
 * other in blocks. Every way of flipping is taken where there are few.
 */
export function signFlipPValue(
  differences: readonly number[],
  blockLength: number,
  random: () => number,
): number {
  const sums = blockSums(signedRanks(differences), blockLength).filter((sum) => sum !== 0)
  // Half ranks are whole numbers in binary, so that equal sums are equal.
  const observed = Math.abs(sums.reduce((total, sum) => total + sum, 0))
  const isFar = (total: number): boolean => Math.abs(total) >= observed
  if (2 ** sums.length > FLIPS) {
    let far = 1
    for (let flip = 0; flip < FLIPS; flip++) {
      let total = 0
      for (const sum of sums) total += random() < 0.5 ? sum : -sum
      if (isFar(total)) far++
    }
    return far / (FLIPS + 1)
  }
  let far = 0
  for (let signs = 0; signs < 2 ** sums.length; signs++) {
    let total = 0
    for (const [at, sum] of sums.entries()) total += (signs >> at) & 1 ? sum : -sum
    if (isFar(total)) far++
  }
  return far / 2 ** sums.length
}

/** The ranks of the sizes, with the signs; those of equal size share a rank, and 0 has none (Pratt). */
export function signedRanks(differences: readonly number[]): number[] {
  const order = differences
    .map((difference, at) => ({ size: Math.abs(difference), at }))
    .toSorted((one, other) => one.size - other.size)
  const ranks = differences.map(() => 0)
  for (let from = 0; from < order.length;) {
    let to = from
    while (order[to]?.size === order[from]?.size && to < order.length) to++
    // Ranks from + 1 up to `to`.
    for (const { at } of order.slice(from, to)) {
      ranks[at] = Math.sign(differences[at] ?? 0) * ((from + 1 + to) / 2)
    }
    from = to
  }
  return ranks
}

function blockSums(values: readonly number[], length: number): number[] {
  const sums: number[] = []
  for (const [at, value] of values.entries()) {
    const block = Math.floor(at / length)
    sums[block] = (sums[block] ?? 0) + value
  }
  return sums
}
