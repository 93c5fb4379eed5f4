/** A share as a person reads it: `12 %`, `0.25 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(share < 0.01 ? 2 : 3))} %`
}
