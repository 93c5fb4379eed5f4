/**
 * The last few values.
 *
 * @internal
 */
export class Ring<Value> {
  readonly #size: number
  readonly #values: Value[] = []
  #next = 0

  constructor(size: number) {
    this.#size = size
  }

  add(value: Value): void {
    if (this.#size === 0) return
    this.#values[this.#next] = value
    this.#next = (this.#next + 1) % this.#size
  }

  /** The newest first. */
  get values(): Value[] {
    return [...this.#values.slice(this.#next), ...this.#values.slice(0, this.#next)].toReversed()
  }
}
