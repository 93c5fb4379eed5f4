import type { Random } from '../codemod/random.ts'

/** Numbered slots, of which one that is free can be had at random. */
export class Slots {
  readonly #free: number[]
  /** Where a free slot is among the free ones. */
  readonly #places: Array<number | undefined>

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, slot) => slot)
    this.#places = [...this.#free]
  }

  get freeCount(): number {
    return this.#free.length
  }

  isFree(slot: number): boolean {
    return this.#places[slot] !== undefined
  }

  /** Some free slots, each once. */
  sample(count: number, random: Random): number[] {
    const chosen = new Set<number>()
    const most = Math.min(count, this.#free.length)
    while (chosen.size < most) chosen.add(this.#free[random.below(this.#free.length)] ?? 0)
    return [...chosen]
  }

  /** Whether it was free, and is not any more. */
  take(slot: number): boolean {
    const place = this.#places[slot]
    const last = this.#free.at(-1)
    if (place === undefined || last === undefined) return false
    this.#free[place] = last
    this.#places[last] = place
    this.#free.pop()
    this.#places[slot] = undefined
    return true
  }

  giveBack(slot: number): void {
    if (this.isFree(slot)) return
    this.#places[slot] = this.#free.length
    this.#free.push(slot)
  }
}
