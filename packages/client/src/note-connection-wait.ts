import { knownTracing } from './tracing.ts'

/**
 * Tells the active span of a wait for a connection, in the asynchronous context of who has waited:
 * `db_query` for a statement that stands alone, `start_transaction` for one that begins a
 * transaction. Several waits, as of a statement that is tried again, are summed up.
 *
 * Does nothing unless somebody asked for spans to be repaired. It needs no `@opentelemetry/api`, so
 * that the code which knows of the wait does not either.
 *
 * @internal
 */
export function noteConnectionWait(waitMs: number): void {
  const tracing = knownTracing()
  if (tracing === undefined || tracing.asked.length === 0) return
  const span = tracing.activeSpan()
  if (span === undefined) return

  const totalMs = (tracing.waitsMs.get(span) ?? 0) + waitMs
  tracing.waitsMs.set(span, totalMs)
  span.setAttribute('oneprisma.connection.wait_ms', totalMs)
}
