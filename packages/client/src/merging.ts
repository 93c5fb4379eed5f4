import type { RequestContext } from './with-request-context.ts'

/**
 * The `findUnique` calls on one model that have begun and not been sent yet. Prisma merges those of
 * one tick into one statement, which then belongs to all of them, though it runs in the scope of the
 * first.
 *
 * @internal
 */
export class Merging {
  #waiting = 0
  #context: RequestContext | undefined
  #isMixed = false

  /** Takes one in; every one must leave. */
  enter(context: RequestContext | undefined): void {
    if (this.#waiting++ === 0) {
      this.#context = context
      this.#isMixed = false
    } else if (context !== this.#context) {
      this.#isMixed = true
    }
  }

  /** One was sent, or has ended. */
  leave(): void {
    this.#waiting--
  }

  /** Whether a statement of one that waits may be one for others, of other requests, as well. */
  get isShared(): boolean {
    return this.#isMixed && this.#waiting > 1
  }
}
