import { fairShare, spareOf, type FleetView } from './fleet-policy.ts'

/** What a member knows when somebody waits for a slot and none is free. */
export interface TurnView extends Pick<FleetView, 'budget' | 'members' | 'own' | 'above'> {
  /** Whether nobody uses or wants a connection of this member now. */
  readonly isIdle: boolean
}

/**
 * How many connections a member gives back, beyond what its fair share asks for, where all that there
 * is has been shared out, nobody has more than that, and somebody waits for a slot. What is not used
 * is given back at once. Else members take turns: by chance, as many give one of theirs, be it the
 * last, as slots would be kept free with fewer members.
 *
 * @internal
 */
export function turnOf(view: TurnView, random: number = Math.random()): number {
  const { budget, members, own, above, isIdle } = view
  if (own === 0) return 0
  if (isIdle) return own
  const isAtItsShare = above === 0 && own <= fairShare(budget, members)
  return isAtItsShare && random < Math.max(1, spareOf(budget)) / members ? 1 : 0
}
