import type { OperationUnit } from './operation-unit.ts'

/**
 * The `findUnique` calls on one model that have begun and not been sent yet. Prisma merges those of
 * one tick into one statement, which then belongs to all of them, though it runs in the scope of the
 * first.
 *
 * @internal
 */
export class Merging {
  readonly #waiting = new Set<OperationUnit>()

  wait(unit: OperationUnit): void {
    this.#waiting.add(unit)
  }

  /** Whether a statement of this operation may be one for others, of other requests, as well. */
  isShared(unit: OperationUnit): boolean {
    if (!this.#waiting.has(unit)) return false
    for (const other of this.#waiting) {
      // One that was called and never awaited.
      if (!other.isOpen) this.#waiting.delete(other)
      else if (other.context !== unit.context) return true
    }
    return false
  }

  /** Forgets an operation whose statement was sent, or that has ended. */
  forget(unit: OperationUnit): void {
    this.#waiting.delete(unit)
  }
}
