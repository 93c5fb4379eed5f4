import { OWN_FRAMES, type OperationUnit } from './operation-unit.ts'
import type { StatementVerb, TransactionOutcome, TransactionRecord } from './telemetry-records.ts'
import type { RequestContext } from './with-request-context.ts'

/**
 * A transaction that a driver adapter has begun; a record of it at any time.
 *
 * @internal
 */
export class OpenTransaction implements TransactionRecord {
  readonly client: string
  readonly operation: OperationUnit | undefined
  readonly context: RequestContext | undefined
  readonly startedAt: number = Date.now()
  /** `lost` until its end has succeeded. */
  outcome: TransactionOutcome = 'lost'
  readonly #startedAt = performance.now()
  #endedAt: number | undefined
  #isUnsure = false

  constructor(
    client: string,
    operation: OperationUnit | undefined,
    context: RequestContext | undefined,
  ) {
    this.client = client
    this.operation = operation
    this.context = context
  }

  get ageMs(): number {
    return (this.#endedAt ?? performance.now()) - this.#startedAt
  }

  get stack(): string | undefined {
    return framesOf(this.operation?.opener?.stack)
  }

  /** Notes a statement that failed: without its end, nobody knows what became of a transaction. */
  failed(verb: StatementVerb): void {
    if (verb === 'COMMIT' || verb === 'ROLLBACK') this.#isUnsure = true
  }

  succeeded(outcome: TransactionOutcome): void {
    if (!this.#isUnsure) this.outcome = outcome
  }

  end(): void {
    this.#endedAt = performance.now()
  }
}

/** The frames of the user: those of this package, of others and of Node.js tell nothing. */
function framesOf(stack: string | undefined): string | undefined {
  const frames = stack
    ?.split('\n')
    .slice(1 + OWN_FRAMES)
    .filter((line) => /^\s+at /.test(line) && !/node_modules|\(node:|at node:/.test(line))
    .map((line) => line.trim())
  return frames?.join('\n')
}
