import { errorRecordOf } from './error-record.ts'
import type { OperationUnit } from './operation-unit.ts'
import { verbOf } from './statement-verb.ts'
import type { ErrorRecord, StatementRecord, StatementVerb } from './telemetry-records.ts'
import type { RequestContext } from './with-request-context.ts'

/** What knows the shapes of statements. */
export interface Shapes {
  shapeOf(sql: string): string
}

/**
 * A statement while a driver adapter carries it out; a record of it once it has ended.
 *
 * @internal
 */
export class WatchedStatement implements StatementRecord {
  readonly client: string
  readonly operation: OperationUnit | undefined
  readonly context: RequestContext | undefined
  readonly isMerged: boolean
  readonly inTransaction: boolean
  readonly parameters: number
  readonly verb: StatementVerb
  readonly sql: string
  readonly shapes: Shapes
  /** When it was sent, of `performance.now()`. */
  readonly sentAt: number
  durationMs: number = 0
  waitMs: number | undefined = undefined
  rows: number | undefined = undefined
  error: ErrorRecord | undefined = undefined

  constructor(
    client: string,
    operation: OperationUnit | undefined,
    context: RequestContext | undefined,
    isMerged: boolean,
    inTransaction: boolean,
    parameters: number,
    sql: string,
    sentAt: number,
    shapes: Shapes,
  ) {
    this.client = client
    this.operation = operation
    this.context = context
    this.isMerged = isMerged
    this.inTransaction = inTransaction
    this.parameters = parameters
    this.sql = sql
    this.sentAt = sentAt
    this.shapes = shapes
    this.verb = verbOf(sql)
  }

  get text(): string {
    return this.shapes.shapeOf(this.sql)
  }

  get startedAt(): number {
    return performance.timeOrigin + this.sentAt
  }

  hasWaited(waitMs: number): void {
    this.waitMs = waitMs
  }

  failed(error: unknown): void {
    this.error = errorRecordOf(error)
  }
}
