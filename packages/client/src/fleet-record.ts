import type { FleetView } from './fleet-policy.ts'

/** Why a member does not get the connections that it wants. */
export interface Hindrance {
  readonly code: 'FLEET_FULL' | 'FLEET_REFUSED'
  /** Of the server. */
  readonly cause?: unknown
}

/**
 * What a member has seen of its fleet, and what it has done.
 *
 * @internal
 */
export class FleetRecord {
  seen: { readonly view: FleetView; readonly at: Date } | undefined
  hindrance: Hindrance | undefined
  looks = 0
  opened = 0
  turns = 0
  refusals = 0
  failures = 0

  see(view: FleetView): void {
    this.looks++
    this.seen = { view, at: new Date() }
  }

  /** A connection has got a slot. */
  admit(): void {
    this.opened++
    this.hindrance = undefined
  }

  /** The fleet has no slot for this member now. */
  isFull(): void {
    this.hindrance = { code: 'FLEET_FULL' }
  }

  /** Whether the server has no connection left, or not for this role or database. */
  isRefusal(error: unknown): boolean {
    const isRefused =
      typeof error === 'object' && error !== null && 'code' in error && error.code === '53300'
    if (!isRefused) return false
    this.refusals++
    this.hindrance = { code: 'FLEET_REFUSED', cause: error }
    return true
  }
}
