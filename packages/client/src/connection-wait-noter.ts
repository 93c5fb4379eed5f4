import { knownTracing } from './tracing.ts'

/**
 * Returns what tells the active span of a wait for a connection: `db_query` for a statement that stands
 * alone, `start_transaction` for one that begins a transaction. Several waits, as of a statement that
 * is tried again, are summed up.
 *
 * Returns nothing unless somebody asked for spans to be repaired. It needs no `@opentelemetry/api`, so
 * that the code which knows of the wait does not either.
 *
 * @internal
 */
export function connectionWaitNoter(): ((waitMs: number) => void) | undefined {
  const tracing = knownTracing()
  if (tracing === undefined || tracing.asked.length === 0) return undefined
  const span = tracing.activeSpan()
  if (span === undefined) return undefined

  return (waitMs) => {
    const totalMs = (tracing.waitsMs.get(span) ?? 0) + waitMs
    tracing.waitsMs.set(span, totalMs)
    span.setAttribute('oneprisma.connection.wait_ms', totalMs)
  }
}
