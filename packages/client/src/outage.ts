import { backoffMs } from './backoff.ts'
import { settlesWithin } from './timeout.ts'

const BASE_DELAY_MS = 50
const MAX_DELAY_MS = 500
// A probe that is not answered holds a connection; another is sent, for the first may hang on a
// connection that died.
const PROBE_TIMEOUT_MS = 500

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
  readonly #maxProbes: () => number
  #end: Promise<void> | undefined
  #waiting = 0
  #probes = 0

  /**
   * `probe` resolves when the server answers; `isOutage` tells failures to reach it from others;
   * `maxProbes` is how many may be under way.
   */
  constructor(
    probe: () => Promise<unknown>,
    isOutage: (error: unknown) => boolean,
    maxProbes: () => number,
  ) {
    this.#probe = probe
    this.#isOutage = isOutage
    this.#maxProbes = maxProbes
  }

  get isOn(): boolean {
    return this.#end !== undefined
  }

  /** Begins, where it is not on: at least one probe asks for the server. */
  begin(): void {
    this.#end ??= this.#watch()
  }

  /** Waits for the end of an outage that is on; `false` after `ms`. */
  async ends(ms: number): Promise<boolean> {
    if (this.#end === undefined) return true
    this.#waiting++
    try {
      return await settlesWithin(this.#end, ms)
    } finally {
      this.#waiting--
    }
  }

  async #watch(): Promise<void> {
    let isOver = false
    let tellOver = (): void => {}
    const over = new Promise<void>((resolve) => {
      tellOver = resolve
    })
    const ask = async (): Promise<void> => {
      this.#probes++
      try {
        await this.#probe()
        isOver = true
      } catch (error) {
        // Any other failure is an answer: those who wait shall see it for themselves.
        isOver ||= !this.#isOutage(error)
      } finally {
        this.#probes--
        if (isOver) tellOver()
      }
    }
    const goesOn = (attempt: number): boolean => !isOver && (attempt === 1 || this.#waiting > 0)
    for (let attempt = 1; goesOn(attempt); attempt++) {
      const pauseMs = Math.max(BASE_DELAY_MS, backoffMs(attempt, 2 * BASE_DELAY_MS, MAX_DELAY_MS))
      const nextAt = performance.now() + pauseMs
      const probe = this.#probes < this.#maxProbes() ? ask() : over
      // oxlint-disable-next-line no-await-in-loop
      await settlesWithin(Promise.race([over, probe]), PROBE_TIMEOUT_MS)
      // The time that a probe took is a part of the pause.
      // oxlint-disable-next-line no-await-in-loop
      if (!isOver) await settlesWithin(over, Math.max(0, nextAt - performance.now()))
    }
    this.#end = undefined
  }
}
