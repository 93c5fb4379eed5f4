/**
 * Resamples places of a series by blocks of neighbours that start anywhere (Künsch), and tells what
 * a statistic of each resample is. The places are those of the values that it was taken from.
 */
export function bootstrap(
  length: number,
  blockLength: number,
  resamples: number,
  random: () => number,
  statistic: (places: readonly number[]) => number,
): number[] {
  const places = Array.from({ length }, () => 0)
  const starts = length - blockLength + 1
  return Array.from({ length: resamples }, () => {
    for (let at = 0; at < length; at += blockLength) {
      const start = Math.floor(random() * starts)
      for (let step = 0; step < blockLength && at + step < length; step++) {
        places[at + step] = start + step
      }
    }
    return statistic(places)
  })
}
