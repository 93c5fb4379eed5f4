import { OnePrismaError } from './errors.ts'
import { registry } from './registry.ts'
import { Slot } from './slot.ts'
import { TenantQueue } from './tenant-queue.ts'
import { TenantSlot } from './tenant-slot.ts'
import type { TenantSettings } from './tenant-source.ts'
import { settlesWithin } from './timeout.ts'
import { warn } from './warnings.ts'

/**
 * The clients of tenants under one name, at most so many at a time. They are kept in the order of
 * their use; where there is no room, the one that was used least recently is closed, if nobody has it.
 *
 * @internal
 */
export class TenantGroup extends Slot {
  created: number = 0
  evicted: number = 0
  readonly #slots = new Map<string, TenantSlot>()
  readonly #queue = new TenantQueue()
  #settings: TenantSettings
  #last: TenantSlot | undefined
  #idleTimer: NodeJS.Timeout | undefined
  #ending: Promise<void> | undefined
  #hasEnded = false

  constructor(settings: TenantSettings) {
    super(settings.name)
    this.#settings = settings
  }

  get settings(): TenantSettings {
    return this.#settings
  }

  /** Those that are being closed included. */
  get slots(): readonly TenantSlot[] {
    return [...this.#slots.values()]
  }

  /** How many tenants somebody waits for. */
  get waiting(): number {
    return this.#queue.size
  }

  override get generations(): number {
    return this.created
  }

  override get state(): Slot['state'] {
    if (this.#hasEnded) return 'drained'
    if (this.#ending !== undefined) return 'draining'
    return this.#slots.size === 0 ? 'idle' : 'open'
  }

  /** Takes the settings of a module that was evaluated anew. */
  configure(settings: TenantSettings): void {
    this.#settings = settings
    this.#serve()
  }

  /** Leases the client of a tenant where it is there: the path of almost everybody. */
  leaseNow(tenant: string): TenantSlot | undefined {
    const slot = this.#slots.get(tenant)
    if (slot === undefined || slot.closing !== undefined) return undefined
    slot.leases++
    if (slot !== this.#last) {
      this.#last = slot
      // The last in the map is the one that was used last.
      this.#slots.delete(tenant)
      this.#slots.set(tenant, slot)
    }
    return slot
  }

  /** Leases the client of a tenant, and waits for room where there is none. */
  async lease(tenant: string): Promise<TenantSlot> {
    const { acquireTimeoutMs } = this.#settings
    const endsAt = performance.now() + acquireTimeoutMs
    for (;;) {
      if (this.#ending !== undefined) throw this.#drained()
      const known = this.leaseNow(tenant) ?? this.#leaseNew(tenant)
      if (known !== undefined) return known

      const leftMs = Math.max(0, endsAt - performance.now())
      const closing = this.#slots.get(tenant)?.closing
      if (closing === undefined) {
        const waited = this.#queue.wait(tenant, leftMs)
        this.#makeRoom()
        // oxlint-disable-next-line no-await-in-loop
        const slot = await waited
        if (slot !== undefined) return slot
        // oxlint-disable-next-line no-await-in-loop
      } else if (await settlesWithin(closing, leftMs)) {
        continue
      }
      throw this.#exhausted()
    }
  }

  release(slot: TenantSlot): void {
    if (--slot.leases > 0) return
    slot.idleSince = performance.now()
    slot.freed?.()
    if (this.#queue.size > 0) this.#makeRoom()
    this.#idleTimer ??= this.#watchIdle(this.#settings.idleTimeoutMs)
  }

  /** Closes the client of a tenant once nobody has it any more. */
  async closeTenant(tenant: string, timeoutMs: number): Promise<void> {
    await this.#slots.get(tenant)?.drain(timeoutMs)
  }

  /** Closes all clients once nobody has them; whoever asks later gets new ones. */
  override async close(timeoutMs: number): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.drain(timeoutMs)))
  }

  /** Refuses further leases, and closes all clients once nobody has them. */
  override drain(timeoutMs: number): Promise<void> {
    this.#ending ??= this.#endAll(timeoutMs).catch((error: unknown) => {
      this.#ending = undefined
      throw error
    })
    return this.#ending
  }

  async #endAll(timeoutMs: number): Promise<void> {
    clearTimeout(this.#idleTimer)
    this.#queue.refuse(this.#drained())
    await this.close(timeoutMs)
    this.#hasEnded = true
  }

  #leaseNew(tenant: string): TenantSlot | undefined {
    if (this.#isFull || this.#slots.has(tenant)) return undefined
    const slot = this.#create(tenant)
    slot.leases++
    return slot
  }

  get #isFull(): boolean {
    return this.#slots.size >= this.#settings.maxClients
  }

  #create(tenant: string): TenantSlot {
    const slot = new TenantSlot(`${this.name}/${tenant}`, tenant, (one, timeoutMs) =>
      this.#end(one, timeoutMs),
    )
    this.created++
    this.#slots.set(tenant, slot)
    this.#last = slot
    registry().slots.set(slot.name, slot)
    return slot
  }

  /** Closes as many clients that nobody has as there are tenants waited for. */
  #makeRoom(): void {
    this.#serve()
    let closing = 0
    for (const slot of this.#slots.values()) if (slot.closing !== undefined) closing++
    for (const slot of this.#slots.values()) {
      if (closing >= this.#queue.size) return
      if (slot.closing !== undefined || !this.#evict(slot)) continue
      closing++
    }
  }

  /** Gives what room there is to those who have waited for it the longest. */
  #serve(): void {
    for (let next = this.#queue.first; next !== undefined; next = this.#queue.first) {
      if (this.#isFull) return
      this.#queue.serve(this.#create(next))
    }
  }

  #evict(slot: TenantSlot): boolean {
    if (slot.leases > 0) return false
    const work = slot.current?.work
    if (work !== undefined && work.inFlight > 0) {
      // Somebody kept the client beyond its lease.
      void work.idle().then(() => this.#queue.size > 0 && this.#makeRoom())
      return false
    }
    slot.isEvicted = true
    this.evicted++
    this.#end(slot, this.#settings.drainTimeoutMs).catch((error: unknown) => {
      // The message of an error of ours holds no secret; that of a driver may.
      const reason = error instanceof OnePrismaError ? error.message : 'its driver failed to close.'
      warn('ONEPRISMA_DRAIN_FAILED', `The client of a tenant was given up: ${reason}`)
    })
    return true
  }

  #end(slot: TenantSlot, timeoutMs: number): Promise<void> {
    slot.closing ??= this.#close(slot, timeoutMs)
    return slot.closing
  }

  async #close(slot: TenantSlot, timeoutMs: number): Promise<void> {
    const startedAt = performance.now()
    try {
      if (slot.leases > 0) {
        const freed = new Promise<void>((resolve) => {
          slot.freed = resolve
        })
        await settlesWithin(freed, timeoutMs)
      }
      await slot.finish(Math.max(0, timeoutMs - (performance.now() - startedAt)))
    } finally {
      this.#slots.delete(slot.tenant)
      registry().slots.delete(slot.name)
      this.#serve()
    }
  }

  #watchIdle(afterMs: number): NodeJS.Timeout | undefined {
    if (this.#ending !== undefined) return undefined
    const timer = setTimeout(() => {
      this.#idleTimer = undefined
      const { idleTimeoutMs } = this.#settings
      const since = performance.now() - idleTimeoutMs
      let oldest = Infinity
      for (const slot of this.#slots.values()) {
        if (slot.closing !== undefined || slot.leases > 0) continue
        if (slot.idleSince > since || !this.#evict(slot)) oldest = Math.min(oldest, slot.idleSince)
      }
      if (oldest === Infinity) return
      this.#idleTimer = this.#watchIdle(Math.max(1_000, oldest - since))
    }, afterMs)
    return timer.unref()
  }

  #drained(): OnePrismaError {
    return new OnePrismaError(
      'DRAINED',
      `The clients of "${this.name}" drain, or have drained. Answer 503, or send the work to another process.`,
    )
  }

  #exhausted(): OnePrismaError {
    const { acquireTimeoutMs, maxClients } = this.#settings
    const leased = this.slots.filter((slot) => slot.leases > 0).length
    return new OnePrismaError(
      'TENANTS_EXHAUSTED',
      `There was no room for another client of "${this.name}" (waited=${acquireTimeoutMs}ms, clients=${this.#slots.size} of ${maxClients}, leased=${leased}, tenants waiting=${this.#queue.size}). Keep clients for less long, or raise \`maxClients\` and \`maxConnections\`.`,
    )
  }
}
