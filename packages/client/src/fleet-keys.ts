/** The classes of a fleet's advisory locks: the first of the two keys that such a lock has. */
export interface FleetKeys {
  /** Its objects are the slots of the budget. A connection has one for its whole life. */
  readonly slot: number
  /** Its objects are slots too: of connections that are about to be opened. */
  readonly reservation: number
  /** Its objects are the members. Every connection of a member shares the lock on it. */
  readonly member: number
  /** It has one object, 0: whoever is the next to get a slot that becomes free. */
  readonly door: number
}

// The digit is the version of what members do with these locks. It changes when those of another
// version could no longer keep a budget together.
const VERSION = 'oneprisma/fleet/1'

/**
 * The lock classes of a fleet. They are hashes of its name, of 31 bits, so that fleets need no
 * registration, and that other locks with two keys hardly ever meet them.
 *
 * @internal
 */
export function fleetKeys(name: string): FleetKeys {
  return {
    slot: classOf(name, 'slot'),
    reservation: classOf(name, 'reservation'),
    member: classOf(name, 'member'),
    door: classOf(name, 'door'),
  }
}

/**
 * A number for a member that no other has, but by a rare chance.
 *
 * @internal
 */
export function newMemberId(): number {
  return Math.floor(Math.random() * 2 ** 31)
}

function classOf(name: string, kind: keyof FleetKeys): number {
  // What has a pool of pg is Node.js, or has its modules.
  const { createHash } = process.getBuiltinModule('node:crypto')
  const digest = createHash('sha256').update(`${VERSION}/${kind}/${name}`).digest()
  return digest.readUInt32BE(0) >>> 1
}
