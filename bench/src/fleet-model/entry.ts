import type { Member } from './member.ts'
import type { Session } from './server.ts'
import { go, type Steps } from './steps.ts'

const CLAIMS = 3
const LATE = 0.4

// What a server that is full looks like.
const CROWD = 4

/** How a member gets a connection that nobody could reserve a slot for, as `fleet-entry.ts` does. */
export class Entry {
  readonly #member: Member
  #isOn = false
  #restUntil = 0
  #attempt = 0
  #crowd = 1

  constructor(member: Member) {
    this.#member = member
  }

  begin(): void {
    if (this.#isOn) return
    this.#isOn = true
    go(this.#enter())
  }

  /** Keeps away for a while. */
  rest(): void {
    this.#restUntil = this.#member.now + this.#member.world.assumed.restMs
  }

  /** Opens one connection more where all are busy for long. */
  *beside(): Steps {
    yield* this.#try(false)
  }

  *#enter(): Steps {
    const { assumed, random, strategy } = this.#member.world
    const lateAt = this.#member.now + LATE * assumed.acquireTimeoutMs
    for (; this.#goesOn(); this.#attempt++) {
      const isLate = this.#member.now > lateAt
      const delayMs =
        this.#attempt === 0
          ? 0
          : (strategy.policy?.longestEntryWaitMs(this.#attempt, this.#crowd, isLate) ?? 0)
      const waitMs = Math.max(this.#restUntil - this.#member.now, random.next() * delayMs)
      if (waitMs > 0) yield* this.#member.pause(waitMs)
      if (this.#goesOn() && (yield* this.#try(true))) {
        this.#attempt = 0
        break
      }
    }
    this.#isOn = false
    this.#member.changed()
  }

  #goesOn(): boolean {
    return this.#member.pool.waiting > 0 && this.#member.size === 0
  }

  /** Returns whether there is no need to try again. */
  *#try(isAlone: boolean): Steps<boolean> {
    const { pool, world } = this.#member
    if (pool.idle > 0) return true
    const session = yield* this.#member.open(true)
    if (session === 'refused') {
      this.#crowd = Math.max(CROWD, this.#crowd)
      return false
    }
    if (session === 'down') {
      if (isAlone) pool.fail('lost')
      return true
    }
    const connection = pool.add(session)
    yield* this.#member.ask(session, () => world.server.setUp(session))
    const isIn =
      (yield* this.#claim(session, isAlone, false)) ||
      (isAlone && (yield* this.#waitAtDoor(session)))
    if (isIn) {
      connection.heldSince = this.#member.now
      pool.release(connection)
    } else pool.close(connection)
    if (isIn) this.#member.changed()
    return isIn
  }

  *#claim(session: Session, isAlone: boolean, isAtDoor: boolean): Steps<boolean> {
    const { pool, cap, world } = this.#member
    const { server, strategy } = world
    const seen = yield* this.#member.ask(session, () => server.look(session))
    if (seen === undefined) return false
    this.#member.see(seen)
    this.#crowd = seen.entering
    const need = { waiting: pool.waiting, cap }
    const mayTake = isAlone
      ? isAtDoor || seen.view.free > 0
      : (strategy.policy?.decide(seen.view, need).reserve ?? 0) > 0
    if (!mayTake) return false
    for (const slot of seen.freeSlots.slice(0, CLAIMS)) {
      const isHad = yield* this.#member.ask(session, () => server.claim(session, slot))
      if (isHad === true) return true
    }
    return false
  }

  *#waitAtDoor(session: Session): Steps<boolean> {
    const { server, assumed, random } = this.#member.world
    const isAtDoor = yield* this.#member.ask(session, () => server.takeDoor(session))
    if (isAtDoor !== true) return false
    while (this.#goesOn() && session.isOpen) {
      yield* this.#member.pause(assumed.doorMs * (0.5 + random.next()))
      if (!(yield* this.#claim(session, true, true))) continue
      yield* this.#member.ask(session, () => server.leaveDoor(session))
      return true
    }
    return false
  }
}
