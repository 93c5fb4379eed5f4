/**
 * Counts the units of work in flight on one client, so that closing can wait for them.
 *
 * A unit is an operation (from the moment somebody awaits it) or an interactive transaction (as a
 * whole, whatever it does inside).
 *
 * @internal
 */
export class Work {
  #inFlight = 0
  #waiting: Array<() => void> = []

  get inFlight(): number {
    return this.#inFlight
  }

  /** Counts a unit until the promise that `start` returns has settled; `start` runs at once. */
  run<Result>(start: () => PromiseLike<Result>): PromiseLike<Result> {
    this.#inFlight++
    let promise: PromiseLike<Result>
    try {
      promise = start()
    } catch (error) {
      this.#finish()
      throw error
    }
    return promise.then(
      (result) => {
        this.#finish()
        return result
      },
      (error: unknown) => {
        this.#finish()
        throw error
      },
    )
  }

  /** Resolves when no unit is in flight. */
  idle(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve()

    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #finish(): void {
    this.#inFlight--
    if (this.#inFlight > 0) return
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
