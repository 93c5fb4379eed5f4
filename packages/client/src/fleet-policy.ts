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

// How much more than its part of what is missing a borrower gives back: what comes free is taken
// before all borrowers have looked.
const REFILL_GAIN = 2

// Taking from one that has only one more would be undone by the next look.
const UNEVEN_BY = 2

const CALM_MS = 1_000

// What a look costs PostgreSQL 18, in milliseconds: for itself, and for each connection of the fleet.
const LOOK_COST_MS = 0.35
const LOOK_COST_EACH_MS = 0.005

// The part of one core of the server that the looks of all members may take while nobody is in need.
const LOAD = 0.1

/**
 * Decides what a member does with what it saw. Up to its fair share it may take any free slot; above
 * it, it borrows, and leaves the spare free. Where the spare is used up, those who borrow refill it,
 * in proportion to what they have borrowed.
 *
 * @internal
 */
export function decideShare(view: FleetView, need: FleetNeed): FleetDecision {
  const giveBack = refillOf(view)
  if (giveBack > 0) return { giveBack, reserve: 0 }
  const wanted = Math.min(need.waiting, need.cap - view.own)
  const allowed = Math.max(fairShare(view.budget, view.members) - view.own, allowanceOf(view))
  return { giveBack: 0, reserve: Math.max(0, Math.min(wanted, view.free, allowed)) }
}

/**
 * When to look again, in milliseconds, before jitter: sooner where there is something to take or to
 * give back, and the later the more members look, so that the server does not feel all of them.
 *
 * @internal
 */
export function nextLookMs(view: FleetView, need: FleetNeed): number {
  const { budget, members, free, own, borrowers = members } = view
  const share = fairShare(budget, members)
  const isOwed = own < share && own < need.cap && need.waiting > 0
  const owes = own > share && free < spareOf(budget)
  const looking = Math.min(budget, own > share ? borrowers : members)
  const costMs = LOOK_COST_MS + LOOK_COST_EACH_MS * (budget - free)
  const calmMs = Math.max(CALM_MS, (looking * costMs) / LOAD)
  return isOwed || owes ? calmMs / 2 : calmMs
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

/**
 * What a member gives back so that the spare is free again; never of its fair share. Where little is
 * missing, those that have borrowed less than the average keep it.
 */
function refillOf(view: FleetView): number {
  const borrowed = borrowedOf(view)
  const spare = spareOf(view.budget)
  const missing = spare - view.free
  if (borrowed === 0 || missing <= 0) return 0
  const above = Math.max(view.above, borrowed)
  const { borrowers } = view
  const isLow = borrowers !== undefined && borrowed < Math.floor(above / borrowers)
  if (isLow && missing <= spare / 2) return 0
  return Math.min(borrowed, Math.ceil((REFILL_GAIN * missing * borrowed) / above))
}

/** What a member may borrow; half of the spare too, for one that has borrowed less than the others. */
function allowanceOf(view: FleetView): number {
  const { budget, free, above, borrowers } = view
  const spare = spareOf(budget)
  if (borrowers === undefined) return free - spare
  const borrowed = borrowedOf(view)
  const average = above / (borrowers + (borrowed > 0 ? 0 : 1))
  const less = Math.floor((average - borrowed) / UNEVEN_BY)
  return Math.max(free - spare, Math.min(less, free - Math.floor(spare / 2)))
}

function borrowedOf({ budget, members, own }: FleetView): number {
  return Math.max(0, own - fairShare(budget, members))
}
