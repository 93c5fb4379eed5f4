import { errorRecordOf } from './error-record.ts'
import type { OperationUnit } from './operation-unit.ts'
import type { StatementInScope } from './scope.ts'
import type { ShapeCache } from './statement-shape.ts'
import type { ErrorRecord, StatementRecord, StatementVerb } from './telemetry-records.ts'
import type { RequestContext } from './with-request-context.ts'

/** What is known of a statement before it is sent. */
export interface StatementStart {
  readonly client: string
  readonly operation: OperationUnit | undefined
  readonly context: RequestContext | undefined
  readonly isMerged: boolean
  readonly inTransaction: boolean
  readonly sql: string
  readonly parameters: number
}

/**
 * A statement while a driver adapter carries it out; a record of it once it has ended.
 *
 * @internal
 */
export class WatchedStatement implements StatementRecord, StatementInScope {
  readonly client: string
  readonly operation: OperationUnit | undefined
  readonly context: RequestContext | undefined
  readonly isMerged: boolean
  readonly inTransaction: boolean
  readonly parameters: number
  readonly verb: StatementVerb
  readonly startedAt: number = Date.now()
  durationMs: number = 0
  waitMs: number | undefined = undefined
  rows: number | undefined = undefined
  error: ErrorRecord | undefined = undefined
  readonly #startedAt = performance.now()
  readonly #sql: string
  readonly #shapes: ShapeCache

  constructor(start: StatementStart, shapes: ShapeCache) {
    this.client = start.client
    this.operation = start.operation
    this.context = start.context
    this.isMerged = start.isMerged
    this.inTransaction = start.inTransaction
    this.parameters = start.parameters
    this.#sql = start.sql
    this.#shapes = shapes
    this.verb = shapes.of(start.sql).verb
  }

  get text(): string {
    return this.#shapes.of(this.#sql).text
  }

  hasWaited(waitMs: number): void {
    this.waitMs = (this.waitMs ?? 0) + waitMs
    if (this.operation !== undefined) this.operation.waitMs += waitMs
  }

  succeeded(rows: number | undefined): void {
    this.durationMs = performance.now() - this.#startedAt
    this.rows = rows
  }

  failed(error: unknown): void {
    this.durationMs = performance.now() - this.#startedAt
    this.error = errorRecordOf(error)
  }
}
