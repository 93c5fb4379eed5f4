// Shared by every copy of this package: the copy that hears of the signal is seldom the one that is
// asked for the health.
const ENDING: unique symbol = Symbol.for('@oneprisma/client/1/ending')

type GlobalWithEnding = typeof globalThis & { [ENDING]?: true }

/**
 * Notes that a signal has asked this process to end, so that it is not ready any more. Its clients
 * go on: requests that are on their way here still have to be served.
 *
 * @internal
 */
export function markEnding(): void {
  const host: GlobalWithEnding = globalThis
  host[ENDING] = true
}

/**
 * Whether a signal has asked this process to end.
 *
 * @internal
 */
export function isEnding(): boolean {
  const host: GlobalWithEnding = globalThis
  return host[ENDING] === true
}
