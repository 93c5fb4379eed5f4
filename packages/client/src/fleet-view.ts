import type { Sighting } from './fleet-locks.ts'
import { fairShare, type FleetView } from './fleet-policy.ts'

/**
 * How many slots a budget has: one connection of it is for the process that waits at the door.
 *
 * @internal
 */
export function slotsOf(budget: number): number {
  return budget - 1
}

/**
 * What a member makes of what the server tells, by its own number of slots: those beyond it are not
 * its business.
 *
 * @internal
 */
export function viewOf(sighting: Sighting, slots: number): FleetView {
  const members = sighting.members.length
  const share = fairShare(slots, members)
  const above = sighting.members.map((own) => own - share).filter((surplus) => surplus > 0)
  const free = freeSlots(sighting, slots).length
  return {
    budget: slots,
    members,
    // The next one is for whoever waits at the door.
    free: sighting.isDoorTaken ? Math.max(0, free - 1) : free,
    own: sighting.own.length,
    above: above.reduce((sum, surplus) => sum + surplus, 0),
    borrowers: above.length,
    isDoorTaken: sighting.isDoorTaken,
  }
}

/**
 * How many connections look for a slot.
 *
 * @internal
 */
export function enteringIn({ members, slots }: Sighting): number {
  const all = members.reduce((sum, connections) => sum + connections, 0)
  return Math.max(0, all - slots.length)
}

/**
 * The slots that nobody has or has reserved.
 *
 * @internal
 */
export function freeSlots(sighting: Sighting, slots: number): number[] {
  const taken = new Set([...sighting.slots, ...sighting.reserved])
  return Array.from({ length: slots }, (_, slot) => slot).filter((slot) => !taken.has(slot))
}

/**
 * So many of the values, by chance: members that look at the same time shall want different slots.
 *
 * @internal
 */
export function someOf<Value>(values: readonly Value[], count: number): Value[] {
  const left = [...values]
  const chosen: Value[] = []
  while (chosen.length < count && left.length > 0) {
    chosen.push(...left.splice(Math.floor(Math.random() * left.length), 1))
  }
  return chosen
}
