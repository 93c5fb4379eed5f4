import type { OperationUnit } from './operation-unit.ts'

/**
 * The `findUnique` calls that have begun and not been sent yet. Prisma merges those of one tick into
 * one statement, which then belongs to all of them, though it runs in the scope of the first.
 *
 * @internal
 */
export class Merging {
  readonly #waiting = new Map<unknown, Set<OperationUnit>>()

  /** Notes an operation that Prisma may merge with others of the same `batch`. */
  wait(unit: OperationUnit): void {
    const units = this.#waiting.get(unit.batch) ?? new Set()
    this.#waiting.set(unit.batch, units.add(unit))
  }

  /** Whether a statement of this operation may be one for others, of other requests, as well. */
  isShared(unit: OperationUnit): boolean {
    const units = this.#waiting.get(unit.batch)
    if (units === undefined || !units.has(unit)) return false
    for (const other of units) {
      // One that was called and never awaited.
      if (!other.isOpen) units.delete(other)
      else if (other.context !== unit.context) return true
    }
    return false
  }

  /** Forgets an operation whose statement was sent, or that has ended. */
  forget(unit: OperationUnit): void {
    const units = this.#waiting.get(unit.batch)
    units?.delete(unit)
    if (units?.size === 0) this.#waiting.delete(unit.batch)
  }
}
