import { errorRecordOf } from './error-record.ts'
import type { ErrorRecord, OperationRecord } from './telemetry-records.ts'
import type { Unit } from './unit-scope.ts'
import type { RequestContext } from './with-request-context.ts'

/** What is called, so often that it is kept. */
export interface OperationKind {
  readonly client: string
  readonly model: string | undefined
  readonly action: string
  readonly inTransaction: boolean
  /** What those share that Prisma may merge into one statement: a model, or one in a transaction. */
  readonly batch: unknown
}

/**
 * An operation, from the moment that somebody awaits it; a record of it once it has ended.
 *
 * @internal
 */
export class OperationUnit implements Unit, OperationRecord {
  readonly client: string
  readonly model: string | undefined
  readonly action: string
  readonly inTransaction: boolean
  readonly batch: unknown
  readonly context: RequestContext | undefined
  readonly startedAt: number = Date.now()
  isOpen: boolean = true
  durationMs: number = 0
  waitMs: number = 0
  statements: number = 0
  error: ErrorRecord | undefined = undefined
  /** Where an interactive transaction was asked for. Its text is made when somebody reads it. */
  readonly opener: Error | undefined
  readonly #startedAt = performance.now()
  readonly #onEnd: (unit: OperationUnit) => void

  constructor(
    kind: OperationKind,
    context: RequestContext | undefined,
    opener: Error | undefined,
    onEnd: (unit: OperationUnit) => void,
  ) {
    this.client = kind.client
    this.model = kind.model
    this.action = kind.action
    this.inTransaction = kind.inTransaction
    this.batch = kind.batch
    this.context = context
    this.opener = opener
    this.#onEnd = onEnd
  }

  ended(hasFailed: boolean, error: unknown): void {
    this.durationMs = performance.now() - this.#startedAt
    if (hasFailed) this.error = errorRecordOf(error)
    this.#onEnd(this)
  }
}
