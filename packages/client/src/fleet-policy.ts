/** What a member knows of the fleet when it looks. All are numbers of connections, but `members`. */
export interface FleetView {
  readonly budget: number
  /** Processes that hold a connection or wait on one for a slot, this one included. */
  readonly members: number
  /** Slots that nobody holds or has reserved. */
  readonly free: number
  readonly own: number
  /** What all members have above their fair share, this one included. */
  readonly above: number
  /**
   * How many members have more than their fair share, this one included. Without it, members are
   * kept at their fair share, and what is above it goes to whoever comes first.
   */
  readonly borrowers?: number
}

/** What a member wants. */
export interface FleetNeed {
  /** Callers that wait for a connection. */
  readonly waiting: number
  /** The most connections that this member's pool may have. */
  readonly cap: number
}

/** How many connections to give back now, else how many it may reserve. */
export interface FleetDecision {
  readonly giveBack: number
  readonly reserve: number
}

const NOTHING: FleetDecision = { giveBack: 0, reserve: 0 }
const LOOK_MS = 1_000
const LOOKS_PER_SECOND = 50

/**
 * Decides what a member does with what it saw. Up to its fair share it may take any free slot; above
 * it, it borrows, and leaves the spare free. Where the spare is used up, those who borrow refill it,
 * each in proportion to what it has borrowed.
 *
 * @internal
 */
export function decideShare(view: FleetView, need: FleetNeed): FleetDecision {
  const giveBack = refillOf(view)
  if (giveBack > 0) return { giveBack, reserve: 0 }
  const wanted = Math.min(need.waiting, need.cap - view.own)
  const allowed = Math.max(fairShare(view.budget, view.members) - view.own, allowanceOf(view))
  const reserve = Math.min(wanted, view.free, allowed)
  return reserve > 0 ? { giveBack: 0, reserve } : NOTHING
}

/**
 * When to look again, in milliseconds, before jitter. All members together look at most so often
 * that the server does not feel it, so that each of many members looks less often.
 *
 * @internal
 */
export function nextLookMs(view: FleetView, _need: FleetNeed): number {
  const looking = Math.min(view.members, view.budget)
  return Math.max(LOOK_MS, (looking * 1_000) / LOOKS_PER_SECOND)
}

/**
 * What each member may have at any time; at least 1. The spare is not shared out.
 *
 * @internal
 */
export function fairShare(budget: number, members: number): number {
  return Math.max(1, Math.floor((budget - spareOf(budget)) / Math.max(1, members)))
}

/**
 * Slots that are kept free for members that join or have less than their fair share: a tenth of the
 * budget, at least 2, and never more than half of it.
 *
 * @internal
 */
export function spareOf(budget: number): number {
  return Math.min(Math.floor(budget / 2), Math.max(2, Math.ceil(budget / 10)))
}

/** What a member gives back so that the spare is free again; never of its fair share. */
function refillOf(view: FleetView): number {
  const borrowed = view.own - fairShare(view.budget, view.members)
  const missing = spareOf(view.budget) - view.free
  if (borrowed <= 0 || missing <= 0) return 0
  return Math.min(borrowed, Math.ceil((missing * borrowed) / Math.max(view.above, borrowed)))
}

/** What a member may borrow. */
function allowanceOf(view: FleetView): number {
  const spare = spareOf(view.budget)
  return Math.max(0, view.free - spare)
}
