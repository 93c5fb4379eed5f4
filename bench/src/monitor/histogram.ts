/** The histogram of the apps that are watched. */
export const HISTOGRAM = 'canary_operation_duration_seconds'

/** Each bound is so many times the one below: what lies between can be told by 2 %. */
const STEP = 1.02
const LEAST_SECONDS = 0.001
const BOUNDS = 350

/** A histogram with narrow buckets, in the text that Prometheus reads. */
export class Histogram {
  readonly #labels: string
  readonly #counts: number[] = Array.from({ length: BOUNDS + 1 }, () => 0)
  #sum = 0

  constructor(labels: Readonly<Record<string, string>>) {
    this.#labels = Object.entries(labels)
      .map(([label, value]) => `${label}="${value}"`)
      .join(',')
  }

  add(seconds: number): void {
    const place = Math.ceil(Math.log(seconds / LEAST_SECONDS) / Math.log(STEP))
    const bucket = Math.min(BOUNDS, Math.max(0, place))
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#sum += seconds
  }

  text(): string {
    const labels = this.#labels
    let below = 0
    const buckets = this.#counts.map((count, place) => {
      below += count
      const bound = place === BOUNDS ? '+Inf' : String(LEAST_SECONDS * STEP ** place)
      return `${HISTOGRAM}_bucket{${labels},le="${bound}"} ${below}\n`
    })
    return [
      `# TYPE ${HISTOGRAM} histogram\n`,
      ...buckets,
      `${HISTOGRAM}_sum{${labels}} ${this.#sum}\n`,
      `${HISTOGRAM}_count{${labels}} ${below}\n`,
    ].join('')
  }
}
