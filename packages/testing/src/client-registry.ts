// What is used of the registry of `@oneprisma/client`, which lives on `globalThis`: this package does
// not import that one, because a test may have several copies of it, and Jest a global for each file.
const REGISTRY = Symbol.for('@oneprisma/client/1')
const SLOT = Symbol.for('@oneprisma/client/1/slot')
const ADAPTER_SEAM = Symbol.for('@oneprisma/client/1/adapter')

/** All that a process knows of one shared client. */
export interface ClientSlot {
  readonly name: string
  /** What stands in for the client. */
  standIn: object | undefined
  /** Closes the client when it is idle; the next use creates another. */
  close(timeoutMs: number): Promise<void>
}

interface ClientRegistry {
  readonly slots: ReadonlyMap<string, ClientSlot>
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
    return this.#replace(ADAPTER_SEAM, seam)
  }

  /** Puts all shared clients aside, until the function that it returns is called. */
  putAside(): () => void {
    return this.#replace(REGISTRY, undefined)
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

  #replace(key: symbol, value: unknown): () => void {
    const before: unknown = Reflect.get(this.#host, key)
    Reflect.set(this.#host, key, value)
    return () => {
      Reflect.set(this.#host, key, before)
    }
  }
}

/** Returns the slot behind a handle of a shared client, or `undefined` for anything else. */
export function slotOf(handle: object): ClientSlot | undefined {
  // Only handles answer to this symbol, and they answer with their slot.
  return Reflect.get(handle, SLOT) as ClientSlot | undefined
}
