import { KeptStatement } from './kept-statement.ts'
import type { WatchedStatement } from './watched-statement.ts'

/**
 * The last few statements. What it returns is good until the next statement.
 *
 * @internal
 */
export class StatementRing {
  readonly #size: number
  readonly #kept: KeptStatement[] = []
  #next = 0

  constructor(size: number) {
    this.#size = size
  }

  add(statement: WatchedStatement, number: number): void {
    if (this.#size === 0) return
    const kept = (this.#kept[this.#next] ??= new KeptStatement())
    kept.take(statement, number)
    this.#next = (this.#next + 1) % this.#size
  }

  /** The newest first. */
  get values(): KeptStatement[] {
    return [...this.#kept.slice(this.#next), ...this.#kept.slice(0, this.#next)].toReversed()
  }
}
