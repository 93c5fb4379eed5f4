import { hubOf, hubs } from './hub-of.ts'
import type { Hub } from './hub.ts'
import { registry } from './registry.ts'
import type { Snapshot } from './snapshot-types.ts'
import { requireSlot } from './status.ts'

/**
 * The numbers of a shared client since the process began, over all of its generations. It never
 * creates one.
 *
 * @throws OnePrismaError `NOT_A_SHARED_CLIENT`, `TELEMETRY_OFF`
 */
export function snapshot(prisma: object): Snapshot {
  return snapshotOf(hubOf(requireSlot(prisma).name))
}

/** The numbers of every shared client of this process that has telemetry, ordered by name. */
export function snapshotAll(): Snapshot[] {
  return hubs().map(snapshotOf)
}

function snapshotOf(hub: Hub): Snapshot {
  // One for a shared client; those of tenants may be counted together.
  const slots = [...registry().slots.values()].filter(
    ({ name, current }) => name === hub.client || current?.tap === hub,
  )
  const numbers = hub.series.snapshot()
  const [oldest] = hub.held.open
  return {
    ...numbers,
    client: hub.client,
    system: hub.system,
    generation: sum(slots.map(({ generations }) => generations)),
    unitsInFlight: sum(slots.map(({ current }) => current?.work.inFlight ?? 0)),
    statementsInFlight: hub.series.statementsInFlight,
    transactions: {
      ...numbers.transactions,
      open: hub.held.size,
      oldestSeconds: (oldest?.ageMs ?? 0) / 1_000,
    },
    connections: { ...numbers.connections, pool: hub.pool },
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
