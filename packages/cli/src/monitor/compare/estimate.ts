/** What the windows of two arms say of one metric. */
export interface Estimate {
  readonly before: number
  readonly after: number
  /** On the scale of `effectOf`, as are the interval and the drift. */
  readonly effect: number
  readonly interval: readonly [number, number]
  readonly drift: number | undefined
  readonly pValue: number
  /** How likely drift alone comes to as much as counts; 0 where neighbours are compared. */
  readonly driftChance: number
}

/** How sure an estimate is to be, and what it draws from. */
export interface Level {
  readonly alpha: number
  readonly random: () => number
}

/** How many resamples an interval is taken from. */
export const RESAMPLES = 1_000
