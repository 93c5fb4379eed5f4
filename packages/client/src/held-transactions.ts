import type { TransactionRecord } from './telemetry-records.ts'

/**
 * The transactions that are open, and an alarm for those that are open for too long. One timer does
 * for all of them, and none runs while no transaction is open.
 *
 * @internal
 */
export class HeldTransactions<Transaction extends TransactionRecord> {
  readonly #open = new Set<Transaction>()
  readonly #held = new Set<Transaction>()
  readonly #limitMs: () => number
  readonly #onHeld: (transaction: Transaction) => void
  #timer: NodeJS.Timeout | undefined

  constructor(limitMs: () => number, onHeld: (transaction: Transaction) => void) {
    this.#limitMs = limitMs
    this.#onHeld = onHeld
  }

  /** Those that are open, the oldest first. */
  get open(): readonly Transaction[] {
    return [...this.#open]
  }

  get size(): number {
    return this.#open.size
  }

  begin(transaction: Transaction): void {
    this.#open.add(transaction)
    this.#wait()
  }

  /** Whether it was told of as held. */
  end(transaction: Transaction): boolean {
    this.#open.delete(transaction)
    if (this.#open.size === 0) {
      clearTimeout(this.#timer)
      this.#timer = undefined
    }
    return this.#held.delete(transaction)
  }

  #wait(): void {
    if (this.#timer !== undefined) return
    const next = this.open.find((transaction) => !this.#held.has(transaction))
    if (next === undefined) return
    this.#timer = setTimeout(() => this.#look(), Math.max(0, this.#limitMs() - next.ageMs))
    // It must not keep a process alive whose transactions nobody waits for.
    this.#timer.unref?.()
  }

  #look(): void {
    this.#timer = undefined
    for (const transaction of this.open) {
      // Timers may be early by a part of a millisecond.
      if (transaction.ageMs + 1 < this.#limitMs()) break
      if (this.#held.has(transaction)) continue
      this.#held.add(transaction)
      this.#onHeld(transaction)
    }
    this.#wait()
  }
}
