import { crossing } from './crossing.ts'

// From here on it differs from the normal distribution by 2 in 1,000.
const NORMAL_DEGREES = 1_000

/** How much of Student's t distribution is above `t`, for a whole number of degrees of freedom. */
export function upperTail(t: number, degrees: number): number {
  return t < 0 ? 1 - upperTail(-t, degrees) : (1 - within(t, degrees)) / 2
}

/** The `t` that a share of the distribution, less than half, is above. */
export function upperQuantile(share: number, degrees: number): number {
  return crossing((t) => upperTail(t, degrees), share)
}

/** The same of the normal distribution. */
export function normalQuantile(share: number): number {
  return upperQuantile(share, NORMAL_DEGREES)
}

/** The share between -t and t: the sums of Abramowitz and Stegun, 26.7.3 and 26.7.4. */
function within(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees))
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)]
  const isOdd = degrees % 2 === 1
  let term = isOdd ? cosine : 1
  let total = degrees === 1 ? 0 : term
  for (let factor = isOdd ? 2 : 1; factor <= degrees - 3; factor += 2) {
    term *= (cosine * cosine * factor) / (factor + 1)
    total += term
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * total) : sine * total
}
