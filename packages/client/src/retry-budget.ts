/**
 * How many retries one client may still make: a bucket that refills by the second, so that retries
 * cannot multiply the load on a database that is failing under it.
 *
 * @internal
 */
export class RetryBudget {
  readonly #burst: number
  readonly #perSecond: number
  #tokens: number
  #filledAt = performance.now()

  constructor(burst: number, perSecond: number) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#tokens = burst
  }

  /** Takes one retry out of the budget, if there is one. */
  take(): boolean {
    const now = performance.now()
    const refill = ((now - this.#filledAt) / 1_000) * this.#perSecond
    this.#tokens = Math.min(this.#burst, this.#tokens + refill)
    this.#filledAt = now
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
