import type { Generation } from './generation.ts'
import { registry } from './registry.ts'

/**
 * Drains every shared client of this process, the replaced ones included. All of them are tried;
 * rejects with what the first failed with.
 *
 * @internal
 */
export async function drainAll(timeoutMs: number): Promise<void> {
  const slots = [...registry().slots.values()]
  const closings = await Promise.allSettled(slots.map((slot) => slot.drain(timeoutMs)))
  for (const closing of closings) {
    if (closing.status === 'rejected') throw closing.reason
  }
}

/** The clients of one name that may have work in flight. */
export interface OpenClient {
  readonly name: string
  readonly generation: Generation
}

/**
 * Every client that is open now. One that is closed later stays in the list.
 *
 * @internal
 */
export function openClients(): OpenClient[] {
  return [...registry().slots.values()].flatMap((slot) =>
    [slot.current, ...slot.draining].flatMap((generation) =>
      generation === undefined ? [] : [{ name: slot.name, generation }],
    ),
  )
}

/**
 * Resolves when no unit of work is in flight and none has followed: work that nobody awaits goes on
 * from one query to the next.
 *
 * @internal
 */
export async function allIdle(): Promise<void> {
  do {
    // oxlint-disable-next-line no-await-in-loop
    await Promise.all(openClients().map(({ generation }) => generation.work.idle()))
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setImmediate(resolve))
  } while (openClients().some(({ generation }) => generation.work.inFlight > 0))
}

/**
 * Writes units in flight by client, for a message: `"default" 2, "billing" 1`, or `none`.
 *
 * @internal
 */
export function unitsByClient(clients: readonly OpenClient[]): string {
  const busy = clients.filter(({ generation }) => generation.work.inFlight > 0)
  return (
    busy.map(({ name, generation }) => `"${name}" ${generation.work.inFlight}`).join(', ') || 'none'
  )
}
