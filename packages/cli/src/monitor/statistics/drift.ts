import { sum } from './centre.ts'
import { upperTail } from './student-t.ts'
import { wavesOf, type Wave } from './waves.ts'

/** Variances of a walk over an arm, in variances of noise, that are thought possible. */
const WALKS = Array.from({ length: 26 }, (_, step) => 10 ** (-1 + step * 0.2))
/** The same of a straight line. */
const LINES = [1, 10, 100, 1_000, 10_000]
/** How much more likely than any one of them it is that there is none, before anything was seen. */
const NO_WALK = 25
const NO_LINE = 6
/** What is less likely than this changes no figure that anybody reads. */
const NEGLIGIBLE = 1e-9

/**
 * What slow movements inside of two arms say of the difference that there would be between them
 * with no change. A series that does not drift moves as much slowly as fast. One that drifts, as a
 * random walk or along a line, moves the more the slower. Fast movements, and how alike neighbours
 * are, play no part (Müller and Watson).
 */
export class Drift {
  readonly #degrees: number
  readonly #possible: readonly Possible[]

  /**
   * @param arms - What a line goes on through.
   * @param others - Recordings that tell of drift, at some other time.
   */
  constructor(
    arms: ReadonlyArray<readonly number[]>,
    others: ReadonlyArray<readonly number[]> = [],
  ) {
    const longest = Math.max(...[...arms, ...others].map(({ length }) => length))
    const waves = [
      ...arms.flatMap((arm) => wavesOf(arm, longest)),
      ...others.flatMap((other) => wavesOf(other, longest).map((wave) => ({ ...wave, line: 0 }))),
    ]
    this.#degrees = waves.length
    this.#possible = weighed(
      [0, ...WALKS].flatMap((walk) =>
        [0, ...LINES].map((line) => fitOf(waves, walk, line, longest)),
      ),
    )
  }

  /** The chance that the difference is farther from 0 than this, either way. */
  chanceBeyond(difference: number, of: Shares): number {
    return this.#chance(difference, of, ({ noise }) => Math.max(noise * of.noise, of.least))
  }

  /** The same, were there no noise. */
  chanceOfDriftBeyond(difference: number, of: Shares): number {
    return this.#chance(difference, of, () => 0)
  }

  #chance(difference: number, of: Shares, noiseOf: (possible: Possible) => number): number {
    const size = Math.abs(difference)
    return sum(
      this.#possible.map((possible) => {
        const { weight, step, slope, slopeVariance } = possible
        const deviation = Math.sqrt(
          noiseOf(possible) + step * of.steps + slopeVariance * of.apart ** 2,
        )
        const shift = slope * of.apart
        return weight * (this.#tail(size - shift, deviation) + this.#tail(size + shift, deviation))
      }),
    )
  }

  #tail(distance: number, deviation: number): number {
    if (deviation > 0) return upperTail(distance / deviation, this.#degrees)
    return distance > 0 ? 0 : distance === 0 ? 0.5 : 1
  }
}

/** How much of each kind of movement is in the difference of two arms. */
export interface Shares {
  /** Of the variance of the noise of one window. */
  readonly noise: number
  /** Of the variance of a walk from one window to the next. */
  readonly steps: number
  /** From the middle of one arm to that of the other, in windows. */
  readonly apart: number
  /** What the variance of the noise of the difference is known to be at least. */
  readonly least: number
}

/** One way in which the arms may move. */
interface Possible {
  readonly weight: number
  /** The variance of a window. */
  readonly noise: number
  /** The variance of a walk from one window to the next. */
  readonly step: number
  /** Of the line, from one window to the next. */
  readonly slope: number
  readonly slopeVariance: number
}

/** How well a way of moving fits, with its weight as a logarithm. */
interface Fit extends Possible {
  readonly logWeight: number
}

function weighed(fits: readonly Omit<Fit, 'weight'>[]): Possible[] {
  const best = Math.max(...fits.map(({ logWeight }) => logWeight))
  const total = sum(fits.map(({ logWeight }) => Math.exp(logWeight - best)))
  return fits
    .map((fit) => ({ ...fit, weight: Math.exp(fit.logWeight - best) / total }))
    .filter(({ weight }) => weight > NEGLIGIBLE)
}

/** Waves are normal, with a variance of noise and walk, and what they have in common is the line. */
function fitOf(
  waves: readonly Wave[],
  walk: number,
  line: number,
  longest: number,
): Omit<Fit, 'weight'> {
  const variances = waves.map((wave) => 1 + walk * wave.walk)
  const overVariance = (valueOf: (wave: Wave) => number): number =>
    sum(waves.map((wave, at) => valueOf(wave) / (variances[at] ?? 1)))
  const spread = 1 + line * overVariance((wave) => wave.line ** 2)
  const along = (line / spread) * overVariance((wave) => wave.line * wave.amplitude)
  const rest =
    overVariance((wave) => wave.amplitude ** 2) -
    along * overVariance((wave) => wave.line * wave.amplitude)
  const noise = Math.max(0, rest) / waves.length
  // Constant series have no noise, and fit everything alike.
  const logNoise = Math.log(Math.max(noise, Number.MIN_VALUE))
  const logSpread = Math.log(spread) + sum(variances.map(Math.log))
  const prior = (walk === 0 ? NO_WALK : 1) * (line === 0 ? NO_LINE : 1)
  return {
    noise,
    step: (walk * noise) / longest ** 2,
    slope: along / longest,
    slopeVariance: (noise * line) / spread / longest ** 2,
    logWeight: Math.log(prior) - (logSpread + waves.length * logNoise) / 2,
  }
}
