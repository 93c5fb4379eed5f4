/**
 * Remembers what is computed for each key, where computing one can ask for others. In a circle the
 * key that is being computed has no value yet; what was computed without it is computed again later.
 */
export class CyclicMemo<Value> {
  readonly #known = new Map<string, Value>()
  readonly #provisional = new Map<string, Provisional<Value>>()
  /** The keys that are being computed, by how many were before them. */
  readonly #open = new Map<string, number>()
  /** The earliest open key that was asked for since the latest was opened. */
  #leansOn = Infinity

  get isComputing(): boolean {
    return this.#open.size > 0
  }

  get(key: string, compute: () => Value): Value | undefined {
    if (this.#known.has(key)) return this.#known.get(key)
    const provisional = this.#provisional.get(key)
    const earlier = this.#open.get(key) ?? provisional?.leansOn
    if (earlier !== undefined) {
      this.#leansOn = Math.min(this.#leansOn, earlier)
      return provisional?.value
    }
    return this.#compute(key, compute)
  }

  #compute(key: string, compute: () => Value): Value {
    const depth = this.#open.size
    const outer = this.#leansOn
    this.#leansOn = Infinity
    this.#open.set(key, depth)
    try {
      const value = compute()
      if (this.#leansOn >= depth) this.#known.set(key, value)
      else this.#provisional.set(key, { value, leansOn: this.#leansOn })
      return value
    } finally {
      this.#open.delete(key)
      for (const [other, { leansOn }] of this.#provisional) {
        if (leansOn >= depth) this.#provisional.delete(other)
      }
      this.#leansOn = Math.min(outer, this.#leansOn >= depth ? Infinity : this.#leansOn)
    }
  }
}

interface Provisional<Value> {
  readonly value: Value
  readonly leansOn: number
}
