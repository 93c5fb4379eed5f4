// Where Next.js documents that it looks for the `waitUntil` of a platform.
const CONTEXT: unique symbol = Symbol.for('@next/request-context')

interface RequestContext {
  readonly get: () => { readonly waitUntil: (task: PromiseLike<unknown>) => void } | undefined
}

type GlobalWithContext = typeof globalThis & { [CONTEXT]?: RequestContext }

/**
 * What was given to `after()` and is not done. Next.js waits for it when it ends the process itself;
 * a platform that ends it has to provide for that.
 *
 * @internal
 */
export class AfterTasks {
  readonly #pending = new Set<Promise<unknown>>()
  readonly #context: RequestContext = {
    get: () => ({ waitUntil: (task) => void this.#add(task) }),
  }

  /** Collects them from now on, unless a platform does already. */
  constructor() {
    const host: GlobalWithContext = globalThis
    host[CONTEXT] ??= this.#context
  }

  /** Resolves when all of them are done, those included that they bring. */
  async done(): Promise<void> {
    while (this.#pending.size > 0) {
      // One after another only because each may bring another one.
      // oxlint-disable-next-line no-await-in-loop
      await Promise.all(this.#pending)
    }
  }

  /** Collects no more. */
  forget(): void {
    const host: GlobalWithContext = globalThis
    if (host[CONTEXT] === this.#context) delete host[CONTEXT]
  }

  async #add(task: PromiseLike<unknown>): Promise<void> {
    // Of a failure, Next.js has told.
    const settled = Promise.allSettled([task])
    this.#pending.add(settled)
    await settled
    this.#pending.delete(settled)
  }
}
