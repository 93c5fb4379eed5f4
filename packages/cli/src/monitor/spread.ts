/** Mean and greatest of the samples of a window. */
export interface Spread {
  readonly mean: number
  readonly max: number
}

export function spreadOf(samples: readonly number[]): Spread | undefined {
  if (samples.length === 0) return undefined
  const sum = samples.reduce((total, sample) => total + sample, 0)
  return { mean: sum / samples.length, max: Math.max(...samples) }
}
