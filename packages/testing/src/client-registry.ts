// What is used of the registry of `@oneprisma/client`, which lives on `globalThis`: this package does
// not import that one, because a test may have several copies of it, and Jest a global for each file.
const REGISTRY = Symbol.for('@oneprisma/client/1')
const SLOT = Symbol.for('@oneprisma/client/1/slot')

/** All that a process knows of one shared client. */
export interface ClientSlot {
  readonly name: string
  /** Returns what the handle stands for, from now on. */
  enter(definition: object): ClientTarget
  /** Closes the client when it is idle; the next use creates another. */
  close(timeoutMs: number): Promise<void>
}

/** What a handle stands for: an object, and what counts the calls on it. */
export interface ClientTarget {
  readonly object: object
  readonly work: {
    readonly refuses: boolean
    count(
      promise: PromiseLike<unknown>,
      onFulfilled?: ((result: unknown) => unknown) | null,
      onRejected?: ((error: unknown) => unknown) | null,
    ): PromiseLike<unknown>
  }
  readonly runsHooks: boolean
}

interface ClientRegistry {
  readonly slots: ReadonlyMap<string, ClientSlot>
  testedAs?: AdapterSeam | undefined
  readonly scope?: { getStore(): { readonly unit: object | undefined } | undefined }
}

/** Returns what takes the place of the driver adapter of a client. */
export type AdapterSeam = (factory: object, name: string) => object

/** The shared clients of one global object: the process's own, or the one of a test file in Jest. */
export class ClientRegistryOf {
  readonly #host: object

  constructor(host: object) {
    this.#host = host
  }

  get slots(): readonly ClientSlot[] {
    return [...(this.#registry?.slots.values() ?? [])]
  }

  /** The unit of work that the running code belongs to, where it is known. */
  currentUnit(): object | undefined {
    return this.#registry?.scope?.getStore()?.unit
  }

  /** Puts something between the clients and their driver adapters; returns what takes it away. */
  useAdapters(seam: AdapterSeam): () => void {
    const registry = this.#registryNow()
    const before = registry.testedAs
    registry.testedAs = seam
    return () => {
      registry.testedAs = before
    }
  }

  /** Puts all shared clients aside, until the function that it returns is called. */
  putAside(): () => void {
    const before = this.#registry
    this.#registry = { slots: new Map(), testedAs: before?.testedAs }
    return () => {
      this.#registry = before
    }
  }

  /** Closes every client once it is idle. All are tried; rejects with what the first failed with. */
  async closeAll(timeoutMs: number): Promise<void> {
    const closings = await Promise.allSettled(this.slots.map((slot) => slot.close(timeoutMs)))
    for (const closing of closings) if (closing.status === 'rejected') throw closing.reason
  }

  get #registry(): ClientRegistry | undefined {
    // The symbol has a version, and with it this shape.
    return Reflect.get(this.#host, REGISTRY) as ClientRegistry | undefined
  }

  set #registry(registry: ClientRegistry | undefined) {
    Reflect.set(this.#host, REGISTRY, registry)
  }

  /** The registry, which is made here where no shared client has been. */
  #registryNow(): ClientRegistry {
    return (this.#registry ??= { slots: new Map() })
  }
}

/** Returns the slot behind a handle of a shared client, or `undefined` for anything else. */
export function slotOf(handle: object): ClientSlot | undefined {
  // Only handles answer to this symbol, and they answer with their slot.
  return Reflect.get(handle, SLOT) as ClientSlot | undefined
}
