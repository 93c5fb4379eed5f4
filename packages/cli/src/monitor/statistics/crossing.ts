const HALVINGS = 40

/** Where a function that falls from 0 on comes down to a value. */
export function crossing(fall: (x: number) => number, to: number): number {
  let [low, high] = [0, 1]
  while (fall(high) > to && high < Number.MAX_VALUE / 2) [low, high] = [high, high * 2]
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2
    if (fall(middle) > to) low = middle
    else high = middle
  }
  return high
}
