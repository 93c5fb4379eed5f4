import type { FleetLocks } from './fleet-locks.ts'
import type { FleetView } from './fleet-policy.ts'
import type { FleetPool } from './fleet-pool.ts'
import type { FleetRecord } from './fleet-record.ts'
import type { FleetTickets } from './fleet-tickets.ts'

/** What the parts of a member share. */
export interface FleetCore {
  readonly name: string
  /** How many connections of the budget have a slot. */
  readonly slots: number
  readonly pool: FleetPool
  readonly tickets: FleetTickets
  readonly locks: FleetLocks
  readonly record: FleetRecord
  /** Whether the member has nothing to do any more: its pool ends, or there is no fleet. */
  readonly isOver: boolean
  /** The fleet was seen. */
  saw(view: FleetView): void
  /** A pooler is in between: there is no fleet for this pool. */
  leave(): void
  /** Connections have come or gone. */
  changed(): void
}
