import { DURATION_BOUNDS, Histogram, ROW_BOUNDS } from './histogram.ts'
import type { RetryEvent } from './statement-retry.ts'
import type { OperationSeries, Snapshot, StatementSeries } from './snapshot-types.ts'
import type {
  ConnectionCloseReason,
  OperationRecord,
  StatementRecord,
  TransactionOutcome,
} from './telemetry-records.ts'

// Models and actions come from the code and not from requests, so that no more than this many of
// them are in a program that anybody has seen; whatever comes after them is counted as `other`.
const MAX_OPERATION_SERIES = 2_000
const OTHER = 'other'

type Entry<Series extends { readonly duration: unknown }> = Omit<Series, 'duration'> & {
  readonly duration: Histogram
}

/**
 * The numbers of one shared client. How many there are is bounded by construction: by models,
 * actions, kinds of errors and reasons, never by what a request says.
 *
 * @internal
 */
export class MetricSeries {
  readonly #operations = new Map<string, Entry<OperationSeries>>()
  readonly #statements = new Map<string, Entry<StatementSeries>>()
  readonly #transactions = new Map<TransactionOutcome, Histogram>()
  readonly #retries = new Map<string, { event: RetryEvent; count: number }>()
  readonly #closed = new Map<ConnectionCloseReason, number>()
  readonly rows: Histogram = new Histogram(ROW_BOUNDS)
  readonly wait: Histogram = new Histogram(DURATION_BOUNDS)
  readonly create: Histogram = new Histogram(DURATION_BOUNDS)
  readonly use: Histogram = new Histogram(DURATION_BOUNDS)
  opened: number = 0
  timeouts: number = 0
  held: number = 0
  cleanDrains: number = 0
  uncleanDrains: number = 0
  statementsInFlight: number = 0

  operation(record: OperationRecord, kind?: { durations?: Histogram }): void {
    if (kind?.durations !== undefined && record.error === undefined) {
      kind.durations.record(record.durationMs / 1_000)
      return
    }
    const error = record.error?.kind
    const key = `${record.model ?? ''}.${record.action}.${error ?? ''}`
    let entry = this.#operations.get(key)
    if (entry === undefined) {
      const isFull = this.#operations.size >= MAX_OPERATION_SERIES
      const model = isFull ? undefined : record.model
      const action = isFull ? OTHER : record.action
      entry = { model, action, error, duration: new Histogram(DURATION_BOUNDS) }
      const kept = isFull ? `.${OTHER}.${error ?? ''}` : key
      entry = this.#operations.get(kept) ?? entry
      this.#operations.set(kept, entry)
    }
    entry.duration.record(record.durationMs / 1_000)
    if (kind !== undefined && error === undefined) kind.durations = entry.duration
  }

  statement({ verb, error, durationMs, rows }: StatementRecord): void {
    const key = error === undefined ? verb : `${verb}.${error.kind}`
    let entry = this.#statements.get(key)
    if (entry === undefined) {
      entry = { verb, error: error?.kind, duration: new Histogram(DURATION_BOUNDS) }
      this.#statements.set(key, entry)
    }
    entry.duration.record(durationMs / 1_000)
    if (rows !== undefined) this.rows.record(rows)
  }

  transaction(outcome: TransactionOutcome, ageMs: number): void {
    const duration = this.#transactions.get(outcome) ?? new Histogram(DURATION_BOUNDS)
    this.#transactions.set(outcome, duration)
    duration.record(ageMs / 1_000)
  }

  retry(event: RetryEvent): void {
    const key = `${event.kind}.${event.statement}`
    const entry = this.#retries.get(key) ?? { event, count: 0 }
    this.#retries.set(key, entry)
    entry.count++
  }

  closed(reason: ConnectionCloseReason): void {
    this.#closed.set(reason, (this.#closed.get(reason) ?? 0) + 1)
  }

  /** What of a snapshot these numbers are. */
  snapshot(): Pick<Snapshot, 'operations' | 'statements' | 'retries' | 'rows' | 'drains'> & {
    readonly transactions: Pick<Snapshot['transactions'], 'held' | 'ended'>
    readonly connections: Omit<Snapshot['connections'], 'pool'>
  } {
    return {
      operations: [...this.#operations.values()].map(readable),
      statements: [...this.#statements.values()].map(readable),
      retries: [...this.#retries.values()].map(({ event: { kind, statement }, count }) => ({
        kind,
        statement,
        count,
      })),
      rows: this.rows.snapshot(),
      drains: { clean: this.cleanDrains, unclean: this.uncleanDrains },
      transactions: {
        held: this.held,
        ended: [...this.#transactions].map(([outcome, duration]) => ({
          outcome,
          duration: duration.snapshot(),
        })),
      },
      connections: {
        opened: this.opened,
        closed: [...this.#closed].map(([reason, count]) => ({ reason, count })),
        timeouts: this.timeouts,
        create: this.create.snapshot(),
        wait: this.wait.snapshot(),
        use: this.use.snapshot(),
      },
    }
  }
}

function readable<Series extends { readonly duration: Histogram; readonly error: unknown }>(
  entry: Series,
): Omit<Series, 'duration'> & { readonly duration: ReturnType<Histogram['snapshot']> } {
  return { ...entry, duration: entry.duration.snapshot() }
}
