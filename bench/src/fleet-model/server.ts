import type { FleetView } from '../../../packages/client/src/fleet-policy.ts'
import type { Random } from '../codemod/random.ts'
import type { Clock, Timer } from './clock.ts'
import { Holdings } from './holdings.ts'
import { Slots } from './slots.ts'

/** A connection as the server sees it. */
export interface Session {
  readonly member: number
  /** Whether it was opened without a reservation. */
  readonly isEntering: boolean
  /** Whether it has the lock of its member. */
  isKnown: boolean
  /** The slot that it has the lock of. */
  slot: number | undefined
  /** The slots that it has reserved for connections that are being opened. */
  readonly reserved: Set<number>
  isOpen: boolean
  /** Since when it waits for a statement; `undefined` while it works. */
  idleSince: number | undefined
  /** Told when it is the server that ends it. */
  ended: (() => void) | undefined
}

export interface ServerLimits {
  readonly slots: number
  /** The most sessions that the server leaves to the fleet. */
  readonly sessions: number
  readonly idleSessionMs: number
}

/** What a member sees at the server. */
export interface Sight {
  readonly view: FleetView
  readonly freeSlots: readonly number[]
  /** Sessions that have the lock of a member, and no slot. */
  readonly entering: number
}

// Measured on PostgreSQL 18 with 50 to 5,000 slots taken: what the statement that looks costs it.
const LOOK_MS = 0.35
const LOOK_SLOT_MS = 0.005

/** The database server: its limit of connections, and its locks. */
export class Server {
  isDown = false
  /** What it was asked to do. */
  readonly counts = { opened: 0, refused: 0, looks: 0, lookMs: 0 }
  /** The most sessions at once: all of them, those that were entering, also of one member, and the others. */
  readonly most = { all: 0, entering: 0, enteringOfOne: 0, others: 0 }
  readonly sessions = new Set<Session>()
  readonly #clock: Clock
  readonly #random: Random
  readonly #limits: ServerLimits
  readonly #shareOf: (budget: number, members: number) => number
  readonly #slots: Slots
  #entering = 0
  #withSlot = 0
  #door: Session | undefined
  readonly #holdings = new Holdings()

  constructor(
    clock: Clock,
    random: Random,
    limits: ServerLimits,
    shareOf: (budget: number, members: number) => number,
  ) {
    this.#clock = clock
    this.#random = random
    this.#limits = limits
    this.#shareOf = shareOf
    this.#slots = new Slots(limits.slots)
  }

  get now(): number {
    return this.#clock.now
  }

  get slots(): number {
    return this.#limits.slots
  }

  get memberCount(): number {
    return this.#holdings.memberCount
  }

  after(ms: number, run: () => void): Timer {
    return this.#clock.after(ms, run)
  }

  connect(member: number, isEntering: boolean): Session | 'refused' | 'down' {
    if (this.isDown) return 'down'
    if (this.sessions.size >= this.#limits.sessions) {
      this.counts.refused++
      return 'refused'
    }
    const session: Session = {
      member,
      isEntering,
      isKnown: false,
      slot: undefined,
      reserved: new Set(),
      isOpen: true,
      idleSince: this.now,
      ended: undefined,
    }
    this.sessions.add(session)
    if (isEntering) this.#entering++
    this.counts.opened++
    const { most } = this
    most.all = Math.max(most.all, this.sessions.size)
    most.entering = Math.max(most.entering, this.#entering)
    if (isEntering) most.enteringOfOne = Math.max(most.enteringOfOne, this.#enteringOf(member))
    most.others = Math.max(most.others, this.sessions.size - this.#entering)
    return session
  }

  /** Takes the lock of the member, and that of a slot, which its process has reserved on another session. */
  setUp(session: Session, slot?: number, reservedOn?: Session): boolean {
    session.isKnown = true
    this.#holdings.addSession(session.member)
    if (slot === undefined) return false
    const isReserved = reservedOn?.reserved.delete(slot) === true
    if (!isReserved && !this.#slots.take(slot)) return false
    this.#take(session, slot)
    return true
  }

  /** What `pg_locks` tells. */
  look(session: Session): Sight {
    this.counts.looks++
    this.counts.lookMs += LOOK_MS + LOOK_SLOT_MS * this.#withSlot
    const members = this.#holdings.memberCount
    const isDoorTaken = this.#door !== undefined
    const free = this.#slots.freeCount
    return {
      view: {
        budget: this.slots,
        members,
        free: isDoorTaken ? Math.max(0, free - 1) : free,
        own: this.#holdings.slotsOf(session.member),
        ...this.#holdings.above(this.#shareOf(this.slots, members)),
        isDoorTaken,
      },
      freeSlots: this.#slots.sample(100, this.#random),
      entering: this.#entering,
    }
  }

  /** Takes so many of the reservations, if they are to be had. */
  reserve(session: Session, slots: readonly number[], count: number): number[] {
    const had: number[] = []
    for (const slot of slots) {
      if (had.length < count && this.#slots.take(slot)) had.push(slot)
    }
    for (const slot of had) session.reserved.add(slot)
    return had
  }

  /** Gives back the reservations; of the slots that nobody has taken, the slots too. */
  unreserve(session: Session, slots: readonly number[]): void {
    for (const slot of slots) if (session.reserved.delete(slot)) this.#slots.giveBack(slot)
  }

  /** Takes a slot that nobody has reserved for the session. */
  claim(session: Session, slot: number): boolean {
    if (!this.#slots.take(slot)) return false
    this.#take(session, slot)
    return true
  }

  /** Makes the session the one that waits for the next slot. */
  takeDoor(session: Session): boolean {
    if (this.#door !== undefined) return false
    this.#door = session
    return true
  }

  leaveDoor(session: Session): void {
    if (this.#door === session) this.#door = undefined
  }

  end(session: Session): void {
    if (!session.isOpen) return
    session.isOpen = false
    this.sessions.delete(session)
    this.leaveDoor(session)
    this.unreserve(session, [...session.reserved])
    if (session.isEntering && session.slot === undefined) this.#entering--
    if (session.slot !== undefined) {
      this.#withSlot--
      this.#slots.giveBack(session.slot)
    }
    if (session.isKnown) this.#holdings.remove(session.member, session.slot !== undefined)
  }

  /** Ends what has been idle for longer than the server allows. */
  endIdle(): void {
    for (const session of this.sessions) {
      if (session.idleSince === undefined) continue
      if (this.now - session.idleSince >= this.#limits.idleSessionMs) this.#throwOut(session)
    }
  }

  /** Ends all sessions, as a restart does. */
  endAll(): void {
    for (const session of this.sessions) this.#throwOut(session)
  }

  #throwOut(session: Session): void {
    this.end(session)
    session.ended?.()
  }

  #enteringOf(member: number): number {
    let count = 0
    for (const session of this.sessions) {
      if (session.member === member && session.isEntering && session.slot === undefined) count++
    }
    return count
  }

  #take(session: Session, slot: number): void {
    session.slot = slot
    if (session.isEntering) this.#entering--
    this.#withSlot++
    this.#holdings.addSlot(session.member)
    // A session that gets its slot late counts among those that have one from now on.
    const { most } = this
    most.others = Math.max(most.others, this.sessions.size - this.#entering)
  }
}
