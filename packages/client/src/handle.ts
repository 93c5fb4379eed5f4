import { DEFAULT_DRAIN_TIMEOUT_MS, type Definition } from './definition.ts'
import { liveProxy, type Target } from './live-proxy.ts'
import type { Slot } from './slot.ts'

// A symbol of the registry, so that a handle made by one copy of the package is known to another.
const SLOT: unique symbol = Symbol.for('@oneprisma/client/1/slot')

/**
 * Makes the handle of a shared client: an object that creates the client on first use and always
 * stands for the generation in use, whoever kept it.
 *
 * @internal
 */
export function createHandle(slot: Slot, definition: Definition): object {
  return handleOf(
    slot,
    () => slot.enter(definition),
    () => slot.current,
  )
}

/**
 * Returns the slot behind a handle, or `undefined` for any other value.
 *
 * @internal
 */
export function slotOf(handle: object): Slot | undefined {
  // Only handles answer to this symbol, and they answer with their slot.
  return Reflect.get(handle, SLOT) as Slot | undefined
}

function handleOf(slot: Slot, use: () => Target, peek: () => Target | undefined): object {
  return liveProxy({
    label: () => `SharedPrisma(${slot.name}, generation ${slot.current?.number ?? 'none yet'})`,
    use,
    peek,
    fixed: {
      [SLOT]: slot,
      $extends: (extension: unknown) => extendedHandle(slot, use, peek, extension),
      [Symbol.asyncDispose]: () => slot.drain(DEFAULT_DRAIN_TIMEOUT_MS),
      $disconnect: async () => {
        const client: { $disconnect?: () => PromiseLike<unknown> } | undefined = peek()?.object
        await client?.$disconnect?.()
      },
    },
  })
}

/** `$extends` on a handle gives another handle: as lazy, and extended anew in every generation. */
function extendedHandle(
  slot: Slot,
  use: () => Target,
  peek: () => Target | undefined,
  extension: unknown,
): object {
  const extended = new WeakMap<object, object>()
  const extend = ({ object, work, tap }: Target): Target => {
    let client = extended.get(object)
    if (client === undefined) {
      // `$extends` is there on every PrismaClient since 4.16, and returns a client.
      client = (object as { $extends(extension: unknown): object }).$extends(extension)
      extended.set(object, client)
    }
    return { object: client, work, runsHooks: true, tap }
  }
  return handleOf(
    slot,
    () => extend(use()),
    () => {
      const base = peek()
      return base && extend(base)
    },
  )
}
