import type {
  ErrorRecord,
  OperationScope,
  StatementRecord,
  StatementVerb,
} from './telemetry-records.ts'
import type { Shapes, WatchedStatement } from './watched-statement.ts'
import type { RequestContext } from './with-request-context.ts'

/**
 * What is kept of a statement, in the place of an older one. Statements are so many that keeping
 * each as an object of its own would have the garbage collector copy all of them.
 *
 * @internal
 */
export class KeptStatement implements StatementRecord {
  /** Counts statements: it tells the older from the newer. */
  number: number = 0
  client: string = ''
  operation: OperationScope | undefined = undefined
  context: RequestContext | undefined = undefined
  isMerged: boolean = false
  verb: StatementVerb = 'OTHER'
  sentAt: number = Number.NaN
  durationMs: number = Number.NaN
  rows: number | undefined = undefined
  parameters: number = 0
  inTransaction: boolean = false
  error: ErrorRecord | undefined = undefined
  #sql = ''
  #shapes: Shapes | undefined
  // A number that is always there is stored in place.
  #waitMs = Number.NaN

  get text(): string {
    return this.#shapes?.shapeOf(this.#sql) ?? ''
  }

  get startedAt(): number {
    return performance.timeOrigin + this.sentAt
  }

  get waitMs(): number | undefined {
    return Number.isNaN(this.#waitMs) ? undefined : this.#waitMs
  }

  take(statement: WatchedStatement, number: number): void {
    this.number = number
    this.client = statement.client
    // Its kind outlives it, and is all that is told of it.
    this.operation = statement.operation?.kind
    this.context = statement.context
    this.isMerged = statement.isMerged
    this.verb = statement.verb
    this.sentAt = statement.sentAt
    this.durationMs = statement.durationMs
    this.rows = statement.rows
    this.parameters = statement.parameters
    this.inTransaction = statement.inTransaction
    this.error = statement.error
    this.#sql = statement.sql
    this.#shapes = statement.shapes
    this.#waitMs = statement.waitMs ?? Number.NaN
  }
}
