import { backoffMs } from './backoff.ts'
import { settlesWithin } from './timeout.ts'

const BASE_DELAY_MS = 50
const MAX_DELAY_MS = 500
// A probe that is not answered holds a connection; another is sent, for the first may hang on a
// connection that died, but not without end.
const PROBE_TIMEOUT_MS = 500
const MAX_PROBES = 2

/**
 * A time in which a database cannot be reached. While it lasts, one loop asks for the server, and
 * whoever has something to send waits for its answer: a server that comes back is met by one
 * connection of each client, and not by all of them at once.
 *
 * @internal
 */
export class Outage {
  readonly #probe: () => Promise<unknown>
  readonly #isOutage: (error: unknown) => boolean
  #end: Promise<void> | undefined
  #waiting = 0
  #probes = 0

  /** `probe` resolves when the server answers; `isOutage` tells failures to reach it from others. */
  constructor(probe: () => Promise<unknown>, isOutage: (error: unknown) => boolean) {
    this.#probe = probe
    this.#isOutage = isOutage
  }

  get isOn(): boolean {
    return this.#end !== undefined
  }

  /** Waits for the end of the outage, which begins with this where it is not on; `false` after `ms`. */
  async ends(ms: number): Promise<boolean> {
    this.#waiting++
    try {
      this.#end ??= this.#watch()
      return await settlesWithin(this.#end, ms)
    } finally {
      this.#waiting--
    }
  }

  async #watch(): Promise<void> {
    let isOver = false
    const ask = async (): Promise<void> => {
      this.#probes++
      try {
        await this.#probe()
        isOver = true
      } catch (error) {
        // Any other failure is an answer: those who wait shall see it for themselves.
        if (!this.#isOutage(error)) isOver = true
      } finally {
        this.#probes--
      }
    }
    for (let attempt = 1; !isOver && this.#waiting > 0; attempt++) {
      const pause = new Promise((resolve) =>
        setTimeout(resolve, backoffMs(attempt, BASE_DELAY_MS, MAX_DELAY_MS)),
      )
      // oxlint-disable-next-line no-await-in-loop
      await pause
      // oxlint-disable-next-line no-await-in-loop
      if (this.#probes < MAX_PROBES) await settlesWithin(ask(), PROBE_TIMEOUT_MS)
    }
    this.#end = undefined
  }
}
