import { OnePrismaError } from './errors.ts'
import type { Hub } from './hub.ts'
import { registry } from './registry.ts'

/**
 * The hub of a shared client.
 *
 * @throws OnePrismaError `TELEMETRY_OFF`
 *
 * @internal
 */
export function hubOf(client: string): Hub {
  const hub = hubs().find((it) => it.client === client)
  if (hub !== undefined) return hub

  throw new OnePrismaError(
    'TELEMETRY_OFF',
    `Shared client "${client}" has no telemetry, or was not used yet. Pass \`telemetry: telemetry()\` to \`sharePrisma\`, and use the client once.`,
  )
}

/**
 * The hubs of this process, ordered by the names of their clients.
 *
 * @internal
 */
export function hubs(): Hub[] {
  const taps = [...(registry().taps?.values() ?? [])]
  // Every tap is a hub, of this copy of the package or of another with the same registry.
  return (taps as Hub[]).toSorted((one, other) => (one.client < other.client ? -1 : 1))
}
