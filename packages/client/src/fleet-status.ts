// The digit is the version of what the members tell, which may be of another copy of this package.
const MEMBERS: unique symbol = Symbol.for('@oneprisma/client/fleet-members/1')

/** How a member of a fleet is: plain data, without a secret. */
export interface FleetStatus {
  /** The name of the fleet. */
  readonly name: string
  /**
   * `outside` until the first query and after the pool was idle, `entering` while it tries to get its
   * first connection, then `member`. `off`: a pooler is in between, and there is no fleet for it.
   */
  readonly state: 'outside' | 'entering' | 'member' | 'off'
  /** The most connections that the whole fleet may have. */
  readonly budget: number
  /** The most connections that this pool may have, whatever the fleet has. */
  readonly max: number
  /** Connections open now, those included that are about to be or are not used. */
  readonly total: number
  /** Connections that nobody uses. */
  readonly idle: number
  /** Callers who wait for a connection now. */
  readonly waiting: number
  /** Why they wait, where it is not for their own pool: what their timeout would say. */
  readonly hindrance: 'FLEET_FULL' | 'FLEET_REFUSED' | undefined
  /** What it saw when it last looked at the fleet; `undefined` before. */
  readonly seen: FleetSeen | undefined
  /** What it has done since it began. */
  readonly counts: FleetCounts
}

/** What a member saw of its fleet. */
export interface FleetSeen {
  /** When that was, as an ISO 8601 date. */
  readonly at: string
  /** Members with a connection, and the one that waits for one. */
  readonly members: number
  /** Connections of this member that had a slot. */
  readonly own: number
  /** Slots that nobody had. */
  readonly free: number
  /** What this member may have at any time. */
  readonly fairShare: number
  /** What all members had above their fair shares. */
  readonly borrowed: number
}

/** What a member has done since it began. */
export interface FleetCounts {
  /** How often it has looked at the fleet. */
  readonly looks: number
  /** Connections that got a slot. */
  readonly opened: number
  /** Connections that were closed for others. */
  readonly givenBack: number
  /** How often that was for a process that had none, out of the fair share. */
  readonly turns: number
  /** How often the server had no connection left (53300). */
  readonly refusals: number
  /** Connections that could not be opened otherwise, and looks that failed. */
  readonly failures: number
}

/** Who tells of itself. */
interface TellingMember {
  status(): FleetStatus | undefined
}

type GlobalWithMembers = typeof globalThis & { [MEMBERS]?: Set<TellingMember> }

/**
 * Tells how the members of fleets in this process (or worker thread) are: one for each pool that has
 * been used and has not ended. It asks the database nothing.
 *
 * @param name - Where given, only members of this fleet.
 */
export function fleetStatus(name?: string): FleetStatus[] {
  const statuses: FleetStatus[] = []
  for (const member of members()) {
    const status = member.status()
    if (status === undefined) members().delete(member)
    else if (name === undefined || status.name === name) statuses.push(status)
  }
  return statuses
}

/**
 * Takes a member among those that are told of, until it has nothing to tell.
 *
 * @internal
 */
export function tellOf(member: TellingMember): void {
  fleetStatus()
  members().add(member)
}

function members(): Set<TellingMember> {
  const host: GlobalWithMembers = globalThis
  return (host[MEMBERS] ??= new Set())
}
