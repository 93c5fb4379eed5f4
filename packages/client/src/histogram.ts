import type { HistogramSnapshot } from './snapshot-types.ts'

/**
 * Counts how often values fell between bounds, in the memory of as many numbers.
 *
 * @internal
 */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: Float64Array
  #sum = 0
  #count = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = new Float64Array(bounds.length + 1)
  }

  get count(): number {
    return this.#count
  }

  record(value: number): void {
    // Past the last bound it is compared with nothing, and ends in the last bucket.
    let bucket = 0
    while (value > (this.#bounds[bucket] ?? Infinity)) bucket++
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#sum += value
    this.#count++
  }

  snapshot(): HistogramSnapshot {
    return {
      bounds: this.#bounds,
      counts: [...this.#counts],
      sum: this.#sum,
      count: this.#count,
    }
  }
}

/**
 * The bounds that OpenTelemetry advises for `db.client.operation.duration`, in seconds
 * (https://opentelemetry.io/docs/specs/semconv/database/database-metrics/).
 *
 * @internal
 */
export const DURATION_BOUNDS: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

/**
 * The bounds that OpenTelemetry advises for `db.client.response.returned_rows`.
 *
 * @internal
 */
export const ROW_BOUNDS: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000,
]
