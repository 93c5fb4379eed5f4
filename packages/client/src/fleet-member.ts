import { classifyError } from './classify-error.ts'
import type { FleetCore } from './fleet-core.ts'
import { FleetEntry } from './fleet-entry.ts'
import { fleetError } from './fleet-error.ts'
import { fleetKeys, newMemberId } from './fleet-keys.ts'
import { FleetLocks } from './fleet-locks.ts'
import { FleetLook, type Looked } from './fleet-look.ts'
import {
  fairShare,
  GROWS_EVERY_MS,
  idleTimeoutMs,
  nextLookMs,
  type FleetView,
} from './fleet-policy.ts'
import { FleetPool, type FleetClient, type GatedPool } from './fleet-pool.ts'
import { FleetRecord } from './fleet-record.ts'
import { tellOf, type FleetStatus } from './fleet-status.ts'
import { FleetTickets } from './fleet-tickets.ts'
import { slotsOf } from './fleet-view.ts'
import { refuse } from './options.ts'
import { warn } from './warnings.ts'

// The digit is the version of what the pool carries: another copy of this package may read it.
const MEMBER: unique symbol = Symbol.for('@oneprisma/client/fleet/1')

/** What `withFleet` was told, with its defaults. */
export interface FleetSettings {
  readonly name: string
  readonly budget: number
  readonly idleTimeoutMs: number
  readonly sessionTimeoutMs: number
  readonly transactionTimeoutMs: number
}

type PoolWithMember = GatedPool & { [MEMBER]?: FleetMember }

/**
 * A pool as a member of its fleet. A pool has one of these, however many adapters use it, and however
 * often they connect.
 *
 * @internal
 */
export class FleetMember implements FleetCore {
  readonly name: string
  readonly pool: FleetPool
  readonly tickets: FleetTickets
  readonly locks: FleetLocks
  readonly record: FleetRecord = new FleetRecord()
  readonly #entry: FleetEntry
  readonly #look: FleetLook
  #budget: number
  #isOff = false
  #isLooking = false
  /** Whether a look may find more than the last one found, before its time. */
  #mayGrow = true
  #timer: NodeJS.Timeout | undefined

  private constructor(pool: GatedPool, settings: FleetSettings) {
    this.name = settings.name
    this.#budget = settings.budget
    this.pool = new FleetPool(pool, settings.idleTimeoutMs, {
      asked: () => this.changed(),
      released: (client, error) => this.#released(client, error),
      removed: (client) => {
        if (client !== undefined) this.tickets.lose(client)
        this.changed()
      },
    })
    this.tickets = new FleetTickets(this.pool)
    this.locks = new FleetLocks({
      ...settings,
      keys: fleetKeys(settings.name),
      member: newMemberId(),
    })
    this.#entry = new FleetEntry(this)
    this.#look = new FleetLook(this, this.#entry)
    tellOf(this)
  }

  static of(pool: PoolWithMember, settings: FleetSettings): FleetMember {
    const known = pool[MEMBER]
    if (known === undefined) {
      const member = new FleetMember(pool, settings)
      Object.defineProperty(pool, MEMBER, { value: member })
      return member
    }
    known.configure(settings)
    return known
  }

  /** Takes the settings of an adapter that uses the same pool. */
  configure({ name, budget }: FleetSettings): void {
    if (name !== this.name) {
      refuse('name', `${JSON.stringify(this.name)}, as for this pool before`, name)
    }
    this.#budget = budget
  }

  get budget(): number {
    return this.#budget
  }

  get slots(): number {
    return slotsOf(this.#budget)
  }

  get isOver(): boolean {
    return this.#isOff || this.pool.isEnding
  }

  /** Does what there is to do when somebody asks for a connection, or one has come or gone. */
  changed(): void {
    const { pool, tickets } = this
    if (this.isOver) return
    if (tickets.size > 0 && this.#timer === undefined && !this.#isLooking) this.#lookLater()
    if (pool.waiting <= pool.idle || pool.total >= pool.cap) return
    if (tickets.size === 0) this.#entry.begin()
    else if (this.#mayGrow) this.#lookNow()
  }

  saw(view: FleetView): void {
    this.record.see(view)
    this.pool.idleTimeoutMs = idleTimeoutMs(view, this.pool.longestIdleMs)
  }

  leave(): void {
    if (this.#isOff) return
    this.#isOff = true
    this.#cancel()
    this.pool.free()
    warn(
      'ONEPRISMA_FLEET_OFF',
      `Fleet "${this.name}" is off in this process: what answers its connections is not the server itself, but a pooler in between, which has its own limit. The pool opens up to ${this.pool.cap} connections.`,
    )
  }

  /** Stops for good, if the pool has ended. */
  stop(): void {
    if (!this.pool.isEnding) return
    this.#cancel()
    this.#entry.stop()
  }

  /** Puts the reason of a wait in vain in place of the words of the pool, where it is the fleet's. */
  explain(error: unknown): unknown {
    const { hindrance } = this.record
    if (hindrance === undefined || this.pool.total >= this.pool.cap) return error
    if (classifyError(error).kind !== 'pool_timeout') return error
    return fleetError(hindrance, error, this)
  }

  status(): FleetStatus | undefined {
    const { pool, record, tickets } = this
    if (pool.isEnding && pool.total === 0) return undefined
    const { looks, opened, turns, refusals, failures, seen } = record
    return {
      name: this.name,
      state: this.#isOff
        ? 'off'
        : tickets.size > 0
          ? 'member'
          : this.#entry.isOn
            ? 'entering'
            : 'outside',
      budget: this.#budget,
      max: pool.cap,
      total: pool.total,
      idle: pool.idle,
      waiting: pool.waiting,
      hindrance: record.hindrance?.code,
      seen: seen && {
        at: seen.at.toISOString(),
        members: seen.view.members,
        own: seen.view.own,
        free: seen.view.free,
        fairShare: fairShare(seen.view.budget, seen.view.members),
        borrowed: seen.view.above,
      },
      counts: { looks, opened, givenBack: tickets.givenBack, turns, refusals, failures },
    }
  }

  #released(client: FleetClient, error: unknown): void {
    if (this.#isOff) return
    const isKept = this.tickets.released(client, error)
    // Whoever waits may have nobody left to wait for.
    if (!isKept && this.pool.waiting > 0) setImmediate(() => this.changed())
  }

  #lookNow(): void {
    this.#cancel()
    if (this.#isLooking || this.isOver || this.tickets.size === 0) return
    this.#isLooking = true
    void this.#lookOnce()
  }

  async #lookOnce(): Promise<void> {
    let looked: Looked = 'hungry'
    try {
      looked = await this.#look.run()
    } catch {
      // No connection came free in time.
      this.record.failures++
    }
    this.#isLooking = false
    if (this.isOver) return
    this.#lookLater(looked === 'growing' ? GROWS_EVERY_MS : Infinity)
    this.#mayGrow = looked === 'fed' || this.tickets.size === 0
    this.changed()
  }

  /** Looks again in time. */
  #lookLater(mostMs = Infinity): void {
    const { pool, tickets, record } = this
    this.#cancel()
    if (record.seen === undefined || tickets.size === 0) return
    const need = { waiting: pool.waiting, cap: pool.cap }
    const calmMs = Math.min(mostMs, nextLookMs(record.seen.view, need))
    const idleMs = tickets.isIdle ? Math.max(1, tickets.idleLeftMs) : Infinity
    const lookMs = Math.min(idleMs, calmMs * (0.75 + Math.random() / 2))
    this.#timer = setTimeout(() => this.#lookNow(), lookMs).unref()
  }

  #cancel(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
