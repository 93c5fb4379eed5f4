/** What a member knows of the fleet when it looks. All are numbers of connections, but `members`. */
export interface FleetView {
  readonly budget: number
  /** Processes that hold a connection or wait on one for a slot, this one included. */
  readonly members: number
  /** Slots that nobody holds or has reserved; without the one that is for whoever is at the door. */
  readonly free: number
  readonly own: number
  /** What all members have above their fair share, this one included. */
  readonly above: number
  /**
   * How many members have more than their fair share, this one included. Without it, members are
   * kept at their fair share, and what is above it goes to whoever comes first.
   */
  readonly borrowers?: number
  /** Whether a process waits for its first connection, at the door. */
  readonly isDoorTaken?: boolean
}

/** What a member wants. */
export interface FleetNeed {
  /** Callers that wait for a connection. */
  readonly waiting: number
  /** The most connections that this member's pool may have. */
  readonly cap: number
  /** Whether nobody uses or wants a connection of this member. */
  readonly isIdle?: boolean
  /** How long it has had the connection that it looks on, in milliseconds. */
  readonly heldMs?: number
}

/** How many connections to give back now, else how many it may reserve. */
export interface FleetDecision {
  readonly giveBack: number
  readonly reserve: number
}

// How much more than its part of what is missing a borrower gives back: what comes free is taken
// before all borrowers have looked.
const REFILL_GAIN = 3

// How long a turn lasts where there are more processes than slots.
const TURN_MS = 1_000

const CALM_MS = 1_000

// What a look costs PostgreSQL 18, in milliseconds: for itself, and for each connection of the fleet.
const LOOK_COST_MS = 0.35
const LOOK_COST_EACH_MS = 0.005

// The part of one core of the server that the looks of all members may take while nobody is in need.
const LOAD = 0.2

// The shortest that a connection which nobody uses is kept, and the part of the budget that has to be
// free for it to be kept as long as it was configured.
const SHORTEST_IDLE_MS = 1_000
const EASY = 0.25

// Bounds of the wait before another attempt to enter, and the upper one for those that waited long.
const ENTRY_MS = 100
const LONGEST_ENTRY_MS = 1_000
const LONGEST_LATE_ENTRY_MS = 250
const LONGEST_CROWDED_ENTRY_MS = 30_000

/**
 * How often a member that may have more doubles what it has, in milliseconds.
 *
 * @internal
 */
export const GROWS_EVERY_MS = 250

/**
 * Decides what a member does with what it saw. Up to its fair share it may take any free slot; above
 * it, it borrows, and leaves the spare free. Where the spare is used up, those who borrow refill it,
 * in proportion to what they have borrowed; where nobody has borrowed, those who use nothing do, and
 * the others take turns with the process at the door.
 *
 * @internal
 */
export function decideShare(view: FleetView, need: FleetNeed): FleetDecision {
  const giveBack = Math.max(refillOf(view, need), turnOf(view, need))
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
  const { budget, members, free, own } = view
  const share = fairShare(budget, members)
  const isOwed = own < share && own < need.cap && need.waiting > 0
  const owes = own > share && free < spareOf(budget)
  return isOwed || owes ? calmLookMs(view) / 2 : calmLookMs(view)
}

/**
 * The longest wait before attempt 1, 2, ... to enter that follows one in vain, in milliseconds.
 * Attempts cost the server a connection each. The more processes are seen that enter, the longer
 * they wait, so that thousands of them do not occupy it.
 *
 * @param entering - Connections without a slot that were seen, the own one included.
 * @param isLate - Whether callers have waited for a good part of their timeout.
 *
 * @internal
 */
export function longestEntryWaitMs(attempt: number, entering: number, isLate: boolean): number {
  const crowd = Math.max(1, (entering / 2) ** 2)
  const longestMs = crowd * (isLate ? LONGEST_LATE_ENTRY_MS : LONGEST_ENTRY_MS)
  return Math.min(ENTRY_MS * 2 ** (attempt - 1), longestMs, LONGEST_CROWDED_ENTRY_MS)
}

/**
 * When a connection that nobody uses is closed, in milliseconds: the earlier the less is free, as
 * another may want it.
 *
 * @internal
 */
export function idleTimeoutMs({ budget, free }: FleetView, configuredMs: number): number {
  const ease = Math.min(1, free / (EASY * budget))
  return Math.max(Math.min(configuredMs, SHORTEST_IDLE_MS), configuredMs * ease)
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
 * Slots that are kept free for members that join or have less than their fair share: a twentieth of
 * the budget, at least 2, and never more than half of it.
 *
 * @internal
 */
export function spareOf(budget: number): number {
  return Math.min(Math.floor(budget / 2), Math.max(2, Math.ceil(budget / 20)))
}

/**
 * What a member gives back so that the spare is free again; never of its fair share. Where little is
 * missing, those that want more and have borrowed less than the average keep it. Where looks are
 * rare, each gives more, as others will not look for a while.
 */
function refillOf(view: FleetView, need: FleetNeed): number {
  const borrowed = borrowedOf(view)
  const missing = missingOf(view)
  if (borrowed === 0 || missing === 0) return 0
  const { above } = view
  const isLow = view.borrowers !== undefined && borrowed < above / view.borrowers
  if (isLow && need.waiting > 0 && missing <= spareOf(view.budget) / 2) return 0
  const gain = (REFILL_GAIN * calmLookMs(view)) / CALM_MS
  const most = need.waiting > 0 ? Math.min(borrowed, missing) : borrowed
  return Math.min(most, Math.ceil((gain * missing * borrowed) / above))
}

/**
 * What is missing to the spare. Where none of it is left, whoever takes from it wants more than it,
 * and may want all that it lacks of its fair share.
 */
function missingOf({ budget, members, free, above }: FleetView): number {
  const missing = Math.max(0, spareOf(budget) - free)
  const lacking = members * fairShare(budget, members) - (budget - free - above)
  return free === 0 ? missing + Math.max(0, lacking) : missing
}

/** What a member gives to others of its fair share, be it its last connection. */
function turnOf(view: FleetView, need: FleetNeed): number {
  const { budget, free, own, above, isDoorTaken = false } = view
  if (above > 0 || free >= Math.max(1, spareOf(budget))) return 0
  if (need.isIdle === true) return own
  return isDoorTaken && (need.heldMs ?? 0) >= TURN_MS ? Math.min(own, 1) : 0
}

/** What a member may borrow; half of the spare too, for one that has borrowed less than the others. */
function allowanceOf(view: FleetView): number {
  const { budget, free, above, borrowers } = view
  const spare = spareOf(budget)
  if (borrowers === undefined) return free - spare
  const borrowed = borrowedOf(view)
  // One that has taken a slot since the others were counted may not be among the borrowers yet.
  const average = above / Math.max(1, borrowers + (borrowed > 0 ? 0 : 1))
  const less = Math.floor(average - borrowed)
  return Math.max(free - spare, Math.min(less, free - Math.floor(spare / 2)))
}

function borrowedOf({ budget, members, own }: FleetView): number {
  return Math.max(0, own - fairShare(budget, members))
}

/** When to look again while nobody is in need. Those that borrow are fewer, and may look more often. */
function calmLookMs(view: FleetView): number {
  const { budget, members, free, borrowers = members } = view
  const looking = Math.min(budget, borrowedOf(view) > 0 ? borrowers : members)
  const costMs = LOOK_COST_MS + LOOK_COST_EACH_MS * (budget - free)
  return Math.max(CALM_MS, (looking * costMs) / LOAD)
}
