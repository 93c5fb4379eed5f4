import { fairShare, type FleetView } from './fleet-policy.ts'

/** What a member knows when somebody waits for a slot and none is free. */
export interface TurnView extends Pick<FleetView, 'budget' | 'members' | 'own' | 'above'> {
  /** Whether nobody uses or wants a connection of this member now. */
  readonly isIdle: boolean
  /** How long it has had the connection in hand, in milliseconds. */
  readonly heldMs: number
}

// How long a turn lasts.
const TURN_MS = 1_000

/**
 * How many connections a member gives back, beyond what its fair share asks for, where all slots are
 * taken, nobody has more than that, and somebody waits at the door. What is not used is given back at
 * once. Else members take turns: whoever looks first, and has had its turn, gives up a connection, be
 * it its last. Until who waits has taken the slot, it is free, and nobody else gives one up.
 *
 * @internal
 */
export function turnOf({ budget, members, own, above, isIdle, heldMs }: TurnView): number {
  if (isIdle) return own
  const isAtItsShare = own > 0 && above === 0 && own <= fairShare(budget, members)
  return isAtItsShare && heldMs >= TURN_MS ? 1 : 0
}
