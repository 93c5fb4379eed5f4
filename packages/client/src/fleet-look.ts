import type { FleetCore } from './fleet-core.ts'
import type { FleetEntry } from './fleet-entry.ts'
import type { Sighting } from './fleet-locks.ts'
import { closeConnection, type FleetClient } from './fleet-pool.ts'
import { decideShare, type FleetNeed, type FleetView } from './fleet-policy.ts'
import { freeSlots, someOf, viewOf } from './fleet-view.ts'
import type { ConnectionCloseReason } from './telemetry-records.ts'
import { settlesWithin } from './timeout.ts'

// How long all connections may be busy before one more is opened beside them.
const BUSY_MS = 500
const LONGEST_BUSY_MS = 4_000

// How many slots more are tried than are wanted, as others have seen the same ones free.
const EXTRA = 3

// How long a connection is kept from its users while others are opened under its reservation.
const OPENING_MS = 1_000

/**
 * What a look came to: `fed` where nobody waits for more, `growing` where there may be more as soon as
 * what was opened is in use, `hungry` where there is no more for now.
 */
export type Looked = 'fed' | 'growing' | 'hungry'

/** Slots that are still reserved on a connection. */
interface Debt {
  readonly slots: readonly number[]
  isDue: boolean
}

/**
 * What a member with a connection does every now and then: it looks at the fleet, and gives
 * connections back, or opens some.
 *
 * @internal
 */
export class FleetLook {
  readonly #core: FleetCore
  readonly #entry: FleetEntry
  readonly #debts = new WeakMap<FleetClient, Debt>()

  constructor(core: FleetCore, entry: FleetEntry) {
    this.#core = core
    this.#entry = entry
  }

  async run(): Promise<Looked> {
    const client = await this.#borrow()
    if (client === undefined) return 'fed'
    let closeReason: ConnectionCloseReason | undefined
    let looked: Looked = 'hungry'
    try {
      await this.#payDebt(client)
      const { sighting, view } = await this.#see(client)
      const { pool, tickets } = this.#core
      const need = {
        waiting: pool.waiting,
        cap: pool.cap,
        isIdle: tickets.isIdle,
        heldMs: tickets.heldMs(client),
      }
      const { giveBack, reserve } = decideShare(view, need)
      closeReason = this.#giveBack(client, view, need.isIdle, giveBack)
      if (closeReason === undefined)
        looked = await this.#grow(client, sighting, view, need, reserve)
    } catch (error) {
      this.#core.record.failures++
      if (!isAnswer(error)) closeReason = 'lost'
    }
    if (closeReason === undefined) client.release()
    else {
      this.#core.tickets.lose(client)
      closeConnection(client, closeReason)
    }
    return looked
  }

  /** Takes one of the open connections. Where all are busy for long, one more may be opened. */
  async #borrow(): Promise<FleetClient | undefined> {
    const { pool } = this.#core
    const borrowed = pool.borrow()
    for (let patienceMs = BUSY_MS; ; patienceMs = Math.min(2 * patienceMs, LONGEST_BUSY_MS)) {
      // oxlint-disable-next-line no-await-in-loop
      if (await settlesWithin(borrowed, patienceMs)) return borrowed
      // oxlint-disable-next-line no-await-in-loop
      if (pool.waiting > 0 && pool.total < pool.cap) await this.#entry.beside()
    }
  }

  async #see(client: FleetClient): Promise<{ sighting: Sighting; view: FleetView }> {
    const { tickets, locks, slots } = this.#core
    const known = tickets.clients
    const sighting = await locks.look(client)
    // Somebody may have given up all advisory locks of a session, ours included.
    for (const one of known) {
      if (!sighting.own.some((pid) => pid === one.processID)) tickets.lose(one)
    }
    const view = viewOf(sighting, slots)
    this.#core.saw(view)
    return { sighting, view }
  }

  /** Gives so many connections back. Returns why the one in hand is to be closed, if it is. */
  #giveBack(
    client: FleetClient,
    view: FleetView,
    isIdle: boolean,
    count: number,
  ): ConnectionCloseReason | undefined {
    const { tickets, record } = this.#core
    if (!tickets.has(client)) return 'given_back'
    tickets.owe(count)
    if (count === 0) return isIdle && tickets.idleLeftMs <= 0 ? 'idle' : undefined
    if (view.above === 0 && !isIdle) record.turns++
    // Whoever it is for shall be there first.
    if (count >= view.own && !isIdle) this.#entry.rest()
    tickets.paid()
    this.#closeIdle(count - 1)
    return 'given_back'
  }

  /**
   * Opens as many connections as the fleet has for this member, and as it has already: of processes
   * that start together, the first shall not have all before the others have come.
   */
  async #grow(
    client: FleetClient,
    sighting: Sighting,
    view: FleetView,
    need: FleetNeed,
    allowed: number,
  ): Promise<Looked> {
    const { locks, record, slots } = this.#core
    const wanted = Math.min(need.waiting, need.cap - view.own)
    if (wanted <= 0) {
      record.hindrance = undefined
      return 'fed'
    }
    const count = Math.min(allowed, Math.max(1, view.own))
    // One that still waits for connections to be opened under its reservations takes no more of them.
    const mayReserve = count > 0 && !this.#debts.has(client)
    const reserved = mayReserve
      ? await locks.reserve(client, someOf(freeSlots(sighting, slots), count + EXTRA), count)
      : []
    if (reserved.length === 0) {
      record.isFull()
      return 'hungry'
    }
    await this.#openAll(client, reserved)
    if (reserved.length >= wanted) return 'fed'
    return allowed > count ? 'growing' : 'hungry'
  }

  async #openAll(client: FleetClient, slots: readonly number[]): Promise<void> {
    const debt: Debt = { slots, isDue: false }
    this.#debts.set(client, debt)
    const opened = Promise.all(slots.map((slot) => this.#open(slot))).finally(() => {
      debt.isDue = true
    })
    if (await settlesWithin(opened, OPENING_MS)) await this.#payDebt(client)
  }

  /** Opens a connection for a slot that is reserved. */
  async #open(slot: number): Promise<void> {
    const { pool, tickets, locks, record } = this.#core
    let client: FleetClient | undefined
    try {
      client = await pool.open()
      if (client === undefined) return
      const setUp = await locks.setUp(client, slot)
      if (setUp === 'out') return closeConnection(client, 'given_back')
      if (setUp === 'in') {
        tickets.add(client)
        record.admit()
      }
      client.release()
      if (setUp === 'pooled') this.#core.leave()
    } catch (error) {
      if (!record.isRefusal(error)) record.failures++
      if (client !== undefined) closeConnection(client, 'lost')
    }
  }

  /** Ends the reservations of a connection whose slots have been taken. */
  async #payDebt(client: FleetClient): Promise<void> {
    const debt = this.#debts.get(client)
    if (debt?.isDue !== true) return
    this.#debts.delete(client)
    await this.#core.locks.unreserve(client, debt.slots)
  }

  #closeIdle(count: number): void {
    const { pool, tickets } = this.#core
    for (let left = Math.min(count, pool.idle); left > 0; left--) {
      tickets.paid()
      void this.#closeOne()
    }
  }

  async #closeOne(): Promise<void> {
    try {
      const client = await this.#core.pool.borrow()
      if (client === undefined) return
      this.#core.tickets.lose(client)
      closeConnection(client, 'given_back')
    } catch {
      // It was closed meanwhile.
    }
  }
}

/** Whether the server has answered with an error, and goes on. */
function isAnswer(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'severity' in error && error.severity === 'ERROR'
  )
}
