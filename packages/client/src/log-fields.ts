import type { PoolStatus } from './driver-pool.ts'
import type { ErrorRecord, TelemetryEventName, TelemetryEvents } from './telemetry-records.ts'
import type { RequestContext } from './with-request-context.ts'

type Fields = Readonly<Record<string, unknown>>

// The failures of one call that its caller is expected to handle: they are no incident.
const EXPECTED: ReadonlySet<string | undefined> = new Set(['P2001', 'P2015', 'P2018', 'P2025'])

/**
 * What a line of the log says of an event: names that collectors know, numbers, and no value of a
 * query or message of an error.
 *
 * @internal
 */
export function logFieldsOf(
  name: TelemetryEventName,
  event: TelemetryEvents[TelemetryEventName],
  of: { readonly pool: PoolStatus | undefined },
): Fields {
  if ('verb' in event) {
    return present({
      client: event.client,
      model: event.operation?.model,
      action: event.operation?.action,
      duration_ms: rounded(event.durationMs),
      wait_ms: rounded(event.waitMs),
      rows: event.rows,
      params: event.parameters,
      in_transaction: event.inTransaction,
      merged: event.isMerged || undefined,
      ...errorFields(event.error),
      ...contextFields(event.context),
      pool: of.pool,
      'db.query.text': event.text,
    })
  }
  if ('statements' in event) {
    return present({
      client: event.client,
      model: event.model,
      action: event.action,
      duration_ms: rounded(event.durationMs),
      wait_ms: rounded(event.waitMs),
      statements: event.statements,
      in_transaction: event.inTransaction,
      ...errorFields(event.error),
      ...contextFields(event.context),
      pool: of.pool,
    })
  }
  if ('stack' in event) {
    return present({
      client: event.client,
      model: event.operation?.model,
      action: event.operation?.action,
      age_ms: rounded(event.ageMs),
      // One that is open has none yet.
      outcome: name !== 'transaction.held' && 'outcome' in event ? event.outcome : undefined,
      ...contextFields(event.context),
      stack: event.stack,
    })
  }
  return present(Object.fromEntries(Object.entries(event).map(named)))
}

/**
 * Whether a failure is one that its caller is expected to handle, such as a row that is not there.
 *
 * @internal
 */
export function isExpected(event: TelemetryEvents[TelemetryEventName]): boolean {
  if (!('error' in event) || event.error === undefined) return false
  return event.error.kind === 'constraint_violation' || EXPECTED.has(event.error.code)
}

function errorFields(error: ErrorRecord | undefined): Fields {
  if (error === undefined) return {}
  return {
    'error.type': error.kind,
    error_code: error.code,
    'db.response.status_code': error.databaseCode,
  }
}

function contextFields(context: RequestContext | undefined): Fields {
  if (context === undefined) return {}
  const [, trace_id] = context.traceparent?.split('-') ?? []
  const { requestId: request_id, route, user, tenant, tags } = context
  const hasTags = Object.keys(tags).length > 0
  return { request_id, trace_id, route, user, tenant, tags: hasTags ? tags : undefined }
}

/** `createMs` is `create_ms` in a log. */
function named([name, value]: [string, unknown]): [string, unknown] {
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return [snake, typeof value === 'number' ? rounded(value) : value]
}

function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** To microseconds, for clocks know no more. */
function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 1_000) / 1_000
}
