import { errorRecordOf } from './error-record.ts'
import type { OperationKind } from './operation-kinds.ts'
import type { ErrorRecord, OperationRecord } from './telemetry-records.ts'
import type { Unit } from './unit-scope.ts'
import type { WatchedStatement } from './watched-statement.ts'
import type { RequestContext } from './with-request-context.ts'

/**
 * The frames between a call of the user and what makes its error: those of this package have no name
 * to be told by, once a bundler has been at them.
 *
 * @internal
 */
export const OWN_FRAMES = 7

/**
 * An operation, from the moment that somebody awaits it; a record of it once it has ended.
 *
 * @internal
 */
export class OperationUnit implements Unit, OperationRecord {
  readonly kind: OperationKind
  readonly context: RequestContext | undefined
  durationMs: number = 0
  waitMs: number = 0
  statements: number = 0
  error: ErrorRecord | undefined = undefined
  /** Where an interactive transaction was asked for. Its text is made when somebody reads it. */
  readonly opener: Error | undefined
  readonly #startedAt = performance.now()
  readonly #onEnd: (unit: OperationUnit) => void
  #isOpen = true
  #isWaiting: boolean
  // Those of its statements that ask for a connection, in the order in which they get one.
  #asking: WatchedStatement[] | undefined

  constructor(
    kind: OperationKind,
    context: RequestContext | undefined,
    onEnd: (unit: OperationUnit) => void,
  ) {
    this.kind = kind
    this.context = context
    this.opener = kind.action === '$transaction' ? errorHere() : undefined
    this.#onEnd = onEnd
    this.#isWaiting = kind.merging !== undefined
    kind.merging?.enter(context)
  }

  get client(): string {
    return this.kind.client
  }

  get model(): string | undefined {
    return this.kind.model
  }

  get action(): string {
    return this.kind.action
  }

  get inTransaction(): boolean {
    return this.kind.inTransaction
  }

  get startedAt(): number {
    return performance.timeOrigin + this.#startedAt
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** It is closed when it has ended, and where it was called and never awaited. */
  set isOpen(isOpen: boolean) {
    this.#isOpen = isOpen
    this.#leave()
  }

  ended(hasFailed: boolean, error: unknown): void {
    this.durationMs = performance.now() - this.#startedAt
    if (hasFailed) this.error = errorRecordOf(error)
    this.#onEnd(this)
  }

  /** Counts a statement of it, and tells whether Prisma may have merged that out of several requests'. */
  sends(): boolean {
    this.statements++
    const isShared = this.#isWaiting && this.kind.merging?.isShared === true
    this.#leave()
    return isShared
  }

  /** Notes that one of its statements got a connection, or gave up waiting for one. */
  hasWaited(waitMs: number): void {
    this.waitMs += waitMs
    this.#asking?.shift()?.hasWaited(waitMs)
  }

  /** Takes a statement that is about to ask for a connection. */
  asks(statement: WatchedStatement): void {
    if (this.#asking === undefined) this.#asking = [statement]
    else this.#asking.push(statement)
  }

  /** The same statement has ended, whether it got one or not. */
  asksNoMore(statement: WatchedStatement): void {
    if (this.#asking === undefined || this.#asking.length === 0) return
    const index = this.#asking.indexOf(statement)
    if (index !== -1) this.#asking.splice(index, 1)
  }

  #leave(): void {
    if (!this.#isWaiting) return
    this.#isWaiting = false
    this.kind.merging?.leave()
  }
}

/** An error that knows who called, also from far below. */
function errorHere(): Error {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = OWN_FRAMES + 10
  try {
    return new Error()
  } finally {
    Error.stackTraceLimit = limit
  }
}
