import { sumOfPools, type PoolStatus } from './driver-pool.ts'
import { OnePrismaError } from './errors.ts'
import type { Generation } from './generation.ts'
import { slotOf } from './handle.ts'
import { queriesOf, type QueryStatus } from './observation.ts'
import { registry } from './registry.ts'
import { runtimeKind, type RuntimeKind } from './runtime-kind.ts'
import type { Slot } from './slot.ts'

/** A client that was replaced and still has work to finish. */
export interface DrainingStatus {
  readonly generation: number
  readonly unitsInFlight: number
  readonly pool: PoolStatus | undefined
}

/** A snapshot of one shared client: plain data, without a secret. */
export interface ClientStatus {
  readonly name: string
  /** `idle` until the first use and after `disconnect`, then `open`; `drain` ends it for good. */
  readonly state: 'idle' | 'open' | 'draining' | 'drained'
  /** How many clients this process has created under the name, the one in use included. */
  readonly generation: number
  /** What tells two schemas apart, or `undefined` where the client does not carry its schema. */
  readonly schemaFingerprint: string | undefined
  readonly runtime: RuntimeKind
  /** When the client in use was created, as an ISO 8601 date. */
  readonly createdAt: string | undefined
  /** The call of `sharePrisma` that made the client in use: `file:line:column`. */
  readonly createdBy: string | undefined
  /** `undefined` without `observe`, before the first query, or where the driver tells no numbers. */
  readonly pool: PoolStatus | undefined
  /** Operations and interactive transactions that somebody waits for. */
  readonly unitsInFlight: number
  /** Transactions open at the driver adapter; `undefined` without `observe`. */
  readonly transactionsOpen: number | undefined
  /**
   * Connections of pg or neon that came back to the pool inside an open transaction, or with a query
   * running, and were closed, since the client was created; `undefined` without `observe`.
   */
  readonly connectionsDiscarded: number | undefined
  /** `undefined` without `observe`. */
  readonly queries: QueryStatus | undefined
  readonly draining: readonly DrainingStatus[]
}

/**
 * Tells how a shared client is. It never creates one.
 *
 * @throws OnePrismaError `NOT_A_SHARED_CLIENT`
 */
export function status(prisma: object): ClientStatus {
  return statusOf(requireSlot(prisma))
}

/** Tells how every shared client of this process (or worker thread) is, ordered by name. */
export function statusAll(): ClientStatus[] {
  const slots = [...registry().slots.values()]
  return slots.map(statusOf).toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/**
 * Returns the slot behind a handle.
 *
 * @internal
 */
export function requireSlot(prisma: object): Slot {
  const slot = slotOf(prisma)
  if (slot !== undefined) return slot

  throw new OnePrismaError(
    'NOT_A_SHARED_CLIENT',
    'Expected what `sharePrisma` returned; a PrismaClient by itself is not shared.',
  )
}

function statusOf(slot: Slot): ClientStatus {
  const { current } = slot
  const observation = current?.observation.isObserved ? current.observation : undefined
  return {
    name: slot.name,
    state: slot.state,
    generation: slot.generations,
    schemaFingerprint: current?.fingerprint,
    runtime: runtimeKind(),
    createdAt: current?.createdAt.toISOString(),
    createdBy: current?.createdBy.text,
    pool: observation && sumOfPools(observation.pools),
    unitsInFlight: current?.work.inFlight ?? 0,
    transactionsOpen: observation?.transactionsOpen,
    connectionsDiscarded: observation?.discarded,
    queries: observation && queriesOf(observation),
    draining: [...slot.draining].map(drainingStatusOf),
  }
}

function drainingStatusOf(generation: Generation): DrainingStatus {
  return {
    generation: generation.number,
    unitsInFlight: generation.work.inFlight,
    pool: sumOfPools(generation.observation.pools),
  }
}
