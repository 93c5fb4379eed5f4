import { errorRecordOf } from './error-record.ts'
import type { OperationUnit } from './operation-unit.ts'
import type { StatementShape } from './statement-shape.ts'
import type { ErrorRecord, StatementRecord, StatementVerb } from './telemetry-records.ts'
import type { RequestContext } from './with-request-context.ts'

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
  readonly text: string
  readonly startedAt: number = Date.now()
  durationMs: number = 0
  waitMs: number | undefined = undefined
  rows: number | undefined = undefined
  error: ErrorRecord | undefined = undefined
  readonly #startedAt = performance.now()

  constructor(
    client: string,
    operation: OperationUnit | undefined,
    context: RequestContext | undefined,
    isMerged: boolean,
    inTransaction: boolean,
    parameters: number,
    shape: StatementShape,
  ) {
    this.client = client
    this.operation = operation
    this.context = context
    this.isMerged = isMerged
    this.inTransaction = inTransaction
    this.parameters = parameters
    this.verb = shape.verb
    this.text = shape.text
  }

  hasWaited(waitMs: number): void {
    this.waitMs = waitMs
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
