import { OnePrismaError } from './errors.ts'
import type { FleetCore } from './fleet-core.ts'
import { SILENCE } from './fleet-locks.ts'
import { closeConnection, type FleetClient } from './fleet-pool.ts'
import { decideShare, longestEntryWaitMs } from './fleet-policy.ts'
import { enteringIn, freeSlots, someOf, viewOf } from './fleet-view.ts'

// How many slots a new connection tries to get, of those that it saw free.
const CLAIMS = 3

// From this part of the acquire timeout on, attempts follow each other faster, so that nobody always
// comes too late.
const LATE = 0.4

// As many enter where the server refuses, for all that is known.
const CROWD = 4

// Between two looks of one that waits at the door.
const DOOR_MS = 75

// How long a member that gave its last connection to another keeps away. Whoever waits at the door
// looks several times in it.
const REST_MS = 750

// The role may not, the function or view is not there, or is there and does nothing.
const DENIALS: ReadonlySet<unknown> = new Set(['42501', '42883', '42P01', '0A000'])

/**
 * How a member gets its first connection. There is none to reserve a slot on, so it opens one, which
 * takes a slot for itself. Where none is free, one member of all waits with an open connection, and
 * the others close theirs and try again. It goes on as long as somebody waits for a connection of
 * this pool, which has its acquire timeout.
 *
 * @internal
 */
export class FleetEntry {
  readonly #core: FleetCore
  #restUntil = 0
  #isOn = false
  /** Attempts in vain since the last one that was not. */
  #attempts = 0
  /** How many entered at the last one. */
  #entering = 1
  #hurry = (): void => {}

  constructor(core: FleetCore) {
    this.#core = core
  }

  get isOn(): boolean {
    return this.#isOn
  }

  /** Begins, where it is not on. */
  begin(): void {
    if (this.#isOn) return
    this.#isOn = true
    void this.#enter()
  }

  /** Keeps away for a while. */
  rest(): void {
    this.#restUntil = performance.now() + REST_MS
  }

  /** Waits no longer: the pool ends. */
  stop(): void {
    this.#hurry()
  }

  /**
   * Opens one connection more, beside those that are all busy for so long that no slot could be
   * reserved on them.
   */
  async beside(): Promise<void> {
    await this.#try(false)
  }

  async #enter(): Promise<void> {
    const lateAt = performance.now() + LATE * this.#core.pool.acquireTimeoutMs
    try {
      while (this.#goesOn()) {
        const waitMs = this.#waitMs(lateAt)
        // oxlint-disable-next-line no-await-in-loop
        if (waitMs > 0) await this.#pause(waitMs)
        // oxlint-disable-next-line no-await-in-loop
        if (!this.#goesOn() || (await this.#try(true))) break
        this.#attempts++
      }
    } finally {
      this.#isOn = false
    }
    this.#core.changed()
  }

  #waitMs(lateAt: number): number {
    const now = performance.now()
    const longestMs =
      this.#attempts > 0 ? longestEntryWaitMs(this.#attempts, this.#entering, now > lateAt) : 0
    return Math.max(this.#restUntil - now, Math.random() * longestMs)
  }

  #goesOn(): boolean {
    const { pool, tickets, isOver } = this.#core
    return pool.waiting > 0 && tickets.size === 0 && !isOver
  }

  /** Returns whether there is no need to try again. */
  async #try(isAlone: boolean): Promise<boolean> {
    const { pool, record } = this.#core
    let client: FleetClient | undefined
    try {
      client = await pool.open()
    } catch (error) {
      if (record.isRefusal(error)) {
        this.#entering = Math.max(CROWD, this.#entering)
        return false
      }
      record.failures++
      if (isAlone) pool.fail(error)
      return true
    }
    if (client === undefined) return true
    try {
      return await this.#admit(client, isAlone)
    } catch (error) {
      closeConnection(client, 'lost')
      record.failures++
      if (codeOf(error) === SILENCE) return false
      if (isAlone) pool.fail(this.#explain(error))
      return true
    }
  }

  async #admit(client: FleetClient, isAlone: boolean): Promise<boolean> {
    const { locks, tickets, record } = this.#core
    if ((await locks.setUp(client)) === 'pooled') {
      client.release()
      this.#core.leave()
      return true
    }
    if ((await this.#claim(client, isAlone)) || (isAlone && (await this.#waitAtDoor(client)))) {
      tickets.add(client)
      record.admit()
      this.#attempts = 0
      client.release()
      this.#core.changed()
      return true
    }
    closeConnection(client, 'given_back')
    return false
  }

  /** Takes a slot, if there is one for this member. Alone, it leaves one for who is at the door. */
  async #claim(client: FleetClient, isAlone: boolean, isAtDoor = false): Promise<boolean> {
    const { pool, locks, record, slots } = this.#core
    const sighting = await locks.look(client)
    const view = viewOf(sighting, slots)
    this.#core.saw(view)
    this.#entering = enteringIn(sighting)
    const need = { waiting: pool.waiting, cap: pool.cap }
    const mayTake = isAlone ? isAtDoor || view.free > 0 : decideShare(view, need).reserve > 0
    const free = mayTake ? freeSlots(sighting, slots) : []
    for (const slot of someOf(free, CLAIMS)) {
      // oxlint-disable-next-line no-await-in-loop
      if (await locks.claim(client, slot)) return true
    }
    record.isFull()
    return false
  }

  async #waitAtDoor(client: FleetClient): Promise<boolean> {
    const { locks } = this.#core
    if (!(await locks.takeDoor(client))) return false
    while (this.#goesOn()) {
      // oxlint-disable-next-line no-await-in-loop
      await this.#pause(DOOR_MS * (0.5 + Math.random()))
      // oxlint-disable-next-line no-await-in-loop
      if (!(await this.#claim(client, true, true))) continue
      // oxlint-disable-next-line no-await-in-loop
      await locks.leaveDoor(client)
      return true
    }
    return false
  }

  #explain(error: unknown): unknown {
    const code = codeOf(error)
    if (!DENIALS.has(code)) return error
    return new OnePrismaError(
      'FLEET_DENIED',
      `The server does not let fleet "${this.#core.name}" take and see advisory locks (code=${String(code)}). Grant what its message names to the role, or do without \`withFleet\`.`,
      { cause: error },
    )
  }

  // Somebody waits for what comes after it, so that it holds the process.
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#hurry = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
