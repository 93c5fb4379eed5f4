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

  /**
   * Counts a unit until the promise has settled, and otherwise does what `promise.then` does. The
   * reactions are wrapped rather than chained to: a promise less for every query.
   */
  count<Result, Kept = Result, Caught = never>(
    promise: PromiseLike<Result>,
    onFulfilled?: ((result: Result) => Kept | PromiseLike<Kept>) | null,
    onRejected?: ((error: unknown) => Caught | PromiseLike<Caught>) | null,
  ): PromiseLike<Kept | Caught> {
    this.#inFlight++
    try {
      return promise.then(
        (result) => {
          this.#finish()
          // Without a reaction, the outcome is handed on as it is: `Kept` is `Result` then.
          return onFulfilled ? onFulfilled(result) : (result as unknown as Kept)
        },
        (error: unknown) => {
          this.#finish()
          if (onRejected) return onRejected(error)
          throw error
        },
      )
    } catch (error) {
      this.#finish()
      throw error
    }
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
