import { mean } from './centre.ts'
import { upperTail } from './student-t.ts'

/** The slowest movements of an arm that are looked at, at most, and windows for each. */
const MOST_COSINES = 8
const WINDOWS_PER_COSINE = 3
/** Variances of drift over an arm, in variances of noise, that are thought possible: 0.1 to 10,000. */
const DRIFTS = Array.from({ length: 26 }, (_, step) => 10 ** (-1 + step * 0.2))
/** How much more likely than any one of them it is that there is none, before anything was seen. */
const NO_DRIFT = 5

/**
 * What slow movements inside of arms say of the difference that two arms would have with no change
 * between them. A series that does not drift moves as much slowly as fast; one that drifts, a random
 * walk at worst, the more the slower. Fast movements, and how alike neighbours are, play no part
 * (Müller and Watson).
 */
export class Drift {
  readonly degrees: number
  readonly #possible: readonly Possible[]

  constructor(arms: ReadonlyArray<readonly number[]>) {
    const longest = Math.max(...arms.map((arm) => arm.length))
    const waves = arms.flatMap((arm) => wavesOf(arm, longest))
    this.degrees = waves.length
    const fits = [0, ...DRIFTS].map((drift) => fitOf(waves, drift))
    const best = Math.max(...fits.map((fit) => fit.logLikelihood))
    const weights = fits.map(
      ({ drift, logLikelihood }) => (drift === 0 ? NO_DRIFT : 1) * Math.exp(logLikelihood - best),
    )
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    this.#possible = fits.map(({ drift, noise }, at) => ({
      weight: (weights[at] ?? 0) / total,
      noise,
      step: (drift * noise) / longest ** 2,
    }))
  }

  /** The chance that the difference is farther from 0 than this, either way. */
  chanceBeyond(difference: number, of: Shares): number {
    return this.#chance(
      difference,
      ({ noise, step }) => Math.max(noise * of.noise, of.least) + step * of.steps,
    )
  }

  /** The same, were there no noise. */
  chanceOfDriftBeyond(difference: number, of: Shares): number {
    return this.#chance(difference, ({ step }) => step * of.steps)
  }

  #chance(difference: number, varianceOf: (possible: Possible) => number): number {
    const size = Math.abs(difference)
    const chances = this.#possible.map((possible) => {
      const deviation = Math.sqrt(varianceOf(possible))
      if (size === 0) return possible.weight
      return deviation === 0 ? 0 : possible.weight * 2 * upperTail(size / deviation, this.degrees)
    })
    return chances.reduce((sum, chance) => sum + chance, 0)
  }
}

/** How much of each variance is in the difference of two arms. */
export interface Shares {
  /** Of the noise of one window. */
  readonly noise: number
  /** Of the drift from one window to the next. */
  readonly steps: number
  /** What the noise of the difference is known to be at least. */
  readonly least: number
}

interface Possible {
  readonly weight: number
  readonly noise: number
  readonly step: number
}

interface Wave {
  readonly square: number
  /** The variance that a random walk gives to it, in that of a walk over the longest arm. */
  readonly drift: number
}

/** The cosines of a series, the slowest first; its mean is in none of them. */
function wavesOf(arm: readonly number[], longest: number): Wave[] {
  const { length } = arm
  const count = Math.min(MOST_COSINES, Math.floor(length / WINDOWS_PER_COSINE))
  const centre = mean(arm)
  return Array.from({ length: count }, (_, at) => {
    const turns = (at + 1) * Math.PI
    const amplitude = arm.reduce(
      (sum, value, place) => sum + (value - centre) * Math.cos((turns * (place + 0.5)) / length),
      0,
    )
    return { square: (amplitude ** 2 * 2) / length, drift: (length / longest / turns) ** 2 }
  })
}

function fitOf(
  waves: readonly Wave[],
  drift: number,
): { drift: number; noise: number; logLikelihood: number } {
  const shares = waves.map((wave) => 1 + drift * wave.drift)
  const noise = mean(waves.map((wave, at) => wave.square / (shares[at] ?? 1)))
  const logShares = shares.reduce((sum, share) => sum + Math.log(share), 0)
  // Constant series have no noise, and fit every drift alike.
  const logNoise = Math.log(Math.max(noise, Number.MIN_VALUE))
  return { drift, noise, logLikelihood: -(logShares + waves.length * logNoise) / 2 }
}
