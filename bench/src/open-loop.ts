/** Sends requests at a fixed rate, whether earlier ones have been answered or not. */
export class OpenLoop {
  readonly #stopped = new AbortController()
  readonly #sending: Promise<void>
  readonly #open = new Set<Promise<void>>()

  /** `send` gets the number of the request, from 0. */
  constructor(perSecond: number, send: (number: number) => Promise<void>) {
    this.#sending = this.#run(1_000 / perSecond, send)
  }

  /** Sends no more, and resolves when every request has its answer. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#sending
    await Promise.all(this.#open)
  }

  async #run(intervalMs: number, send: (number: number) => Promise<void>): Promise<void> {
    const startedAt = performance.now()
    for (let number = 0; !this.#stopped.signal.aborted; number++) {
      // By the clock: a late timer is followed by the requests that it held up.
      const waitMs = startedAt + number * intervalMs - performance.now()
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      const sent = send(number).finally(() => this.#open.delete(sent))
      this.#open.add(sent)
    }
  }
}
