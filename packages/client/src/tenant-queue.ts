import type { TenantSlot } from './tenant-slot.ts'

type Answer = (slot: TenantSlot | Error | undefined) => void

/**
 * Who waits for room, by tenant, in the order in which the tenants were asked for.
 *
 * @internal
 */
export class TenantQueue {
  readonly #waiting = new Map<string, Set<Answer>>()

  /** How many tenants are waited for. */
  get size(): number {
    return this.#waiting.size
  }

  /** The tenant that has been waited for the longest. */
  get first(): string | undefined {
    const [tenant] = this.#waiting.keys()
    return tenant
  }

  /** Resolves to the client of the tenant, or to nothing when the time is up. */
  wait(tenant: string, timeoutMs: number): Promise<TenantSlot | undefined> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(tenant) ?? new Set()
      this.#waiting.set(tenant, waiting)
      const answer: Answer = (result) => {
        clearTimeout(timer)
        if (result instanceof Error) reject(result)
        else resolve(result)
      }
      const timer = setTimeout(() => {
        waiting.delete(answer)
        if (waiting.size === 0) this.#waiting.delete(tenant)
        answer(undefined)
      }, timeoutMs)
      waiting.add(answer)
    })
  }

  /** Leases the client to all who wait for its tenant. */
  serve(slot: TenantSlot): void {
    const waiting = this.#waiting.get(slot.tenant) ?? []
    this.#waiting.delete(slot.tenant)
    for (const answer of waiting) {
      slot.leases++
      answer(slot)
    }
  }

  refuse(error: Error): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const answer of waiting.flatMap((answers) => [...answers])) answer(error)
  }
}
