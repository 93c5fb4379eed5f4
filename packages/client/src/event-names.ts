import { OnePrismaError } from './errors.ts'
import type { TelemetryEventName } from './telemetry-records.ts'

/**
 * Every event that there is. The compiler sees to it that none is missing.
 *
 * @internal
 */
export const EVENT_NAMES: readonly TelemetryEventName[] = Object.keys({
  'client.created': true,
  'client.drained': true,
  'client.stale': true,
  'definition.duplicate': true,
  'connection.opened': true,
  'connection.acquired': true,
  'connection.released': true,
  'connection.closed': true,
  'connection.lost': true,
  'connection.evicted': true,
  'connection.timeout': true,
  'operation.ended': true,
  'operation.failed': true,
  'query.ended': true,
  'query.slow': true,
  'transaction.ended': true,
  'transaction.held': true,
  'transaction.returned': true,
  retry: true,
  // The keys are those of the object.
} satisfies Record<TelemetryEventName, true>) as TelemetryEventName[]

/**
 * Throws for a name that no event has.
 *
 * @internal
 */
export function requireEventName(name: unknown): void {
  if (EVENT_NAMES.some((it) => it === name)) return
  throw new OnePrismaError(
    'INVALID_OPTION',
    `Expected \`name\` to be one of ${EVENT_NAMES.join(', ')}.`,
  )
}
