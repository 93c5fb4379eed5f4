import { hubOf } from './hub-of.ts'
import type { ShapeStatistics } from './statement-shapes.ts'
import { requireSlot } from './status.ts'
import type { OperationRecord, StatementRecord, TransactionRecord } from './telemetry-records.ts'
import type { TimelineSecond } from './timeline.ts'

/** What happened of late on one shared client: plain data, without a value of any query. */
export interface RecentActivity {
  /** The last five minutes by seconds, the oldest first; seconds without a statement are left out. */
  readonly timeline: readonly TimelineSecond[]
  /** The last statements, and the last slow ones, by shape; those that took the most in sum first. */
  readonly slowest: readonly ShapeStatistics[]
  /** The last operations that failed, the newest first. */
  readonly failures: readonly OperationRecord[]
  /** The transactions that are open, the oldest first. */
  readonly transactions: readonly TransactionRecord[]
  /** The last statements, the newest first. */
  readonly statements: readonly StatementRecord[]
}

/**
 * Tells what happened of late on a shared client. It is gone with the process.
 *
 * @param requestId - Where given, only the statements and failures of this request.
 *
 * @throws OnePrismaError `NOT_A_SHARED_CLIENT`, `TELEMETRY_OFF`
 */
export function recentActivity(prisma: object, requestId?: string): RecentActivity {
  const { activity, held } = hubOf(requireSlot(prisma).name)
  const isAsked = ({ context }: OperationRecord | StatementRecord): boolean =>
    requestId === undefined || context?.requestId === requestId
  return {
    timeline: activity.timeline.seconds,
    slowest: activity.slowest,
    failures: activity.failures.values.filter(isAsked).map(plainOperation),
    transactions: held.open.map(plainTransaction),
    statements: activity.statements.filter(isAsked).map(plainStatement),
  }
}

function plainOperation(record: OperationRecord): OperationRecord {
  const { client, model, action, context, startedAt, durationMs, waitMs } = record
  const { statements, inTransaction, error } = record
  return {
    client,
    model,
    action,
    context,
    startedAt,
    durationMs,
    waitMs,
    statements,
    inTransaction,
    error,
  }
}

function plainTransaction(record: TransactionRecord): TransactionRecord {
  const { client, operation, context, startedAt, ageMs, stack } = record
  return { client, operation: operation && scopeOf(operation), context, startedAt, ageMs, stack }
}

function plainStatement(record: StatementRecord): StatementRecord {
  const { client, operation, context, isMerged, verb, text, startedAt, durationMs } = record
  const { waitMs, rows, parameters, inTransaction, error } = record
  return {
    client,
    operation: operation && scopeOf(operation),
    context,
    isMerged,
    verb,
    text,
    startedAt,
    durationMs,
    waitMs,
    rows,
    parameters,
    inTransaction,
    error,
  }
}

function scopeOf({ client, model, action }: NonNullable<StatementRecord['operation']>): {
  client: string
  model: string | undefined
  action: string
} {
  return { client, model, action }
}
