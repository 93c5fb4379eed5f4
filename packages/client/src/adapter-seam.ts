// On `globalThis`, as the registry is, and apart from it: a registry that a test puts aside does not
// take the seam along.
const ADAPTER_SEAM: unique symbol = Symbol.for('@oneprisma/client/1/adapter')

type GlobalWithSeam = typeof globalThis & {
  /** Returns what a client of a name shall use in place of its driver adapter. */
  [ADAPTER_SEAM]?: (factory: object, name: string) => object
}

/**
 * The driver adapter, or what tests have put in its place (`@oneprisma/testing`).
 *
 * @internal
 */
export function throughSeam<Factory extends object>(factory: Factory, name: string): Factory {
  const host: GlobalWithSeam = globalThis
  // What takes the place of an adapter is one, too.
  return (host[ADAPTER_SEAM]?.(factory, name) ?? factory) as Factory
}
