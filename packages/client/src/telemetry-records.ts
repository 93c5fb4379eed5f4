import type { DatabaseErrorKind } from './classify-error.ts'
import type { RetryEvent } from './statement-retry.ts'
import type { RequestContext } from './with-request-context.ts'

/** An operation while it runs: what somebody asked of a client, as far as statements need it. */
export interface OperationScope {
  /** The name of the shared client. */
  readonly client: string
  /** The model as the schema has it, or `undefined` for `$queryRaw`, `$transaction` and their like. */
  readonly model: string | undefined
  /** What was called: `findMany`, `$queryRaw`, `$transaction`. */
  readonly action: string
}

/** An operation that has ended. It carries no argument and no result. */
export interface OperationRecord extends OperationScope {
  /** Of the code that awaited it. */
  readonly context: RequestContext | undefined
  /** In milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMs: number
  /** The wait for connections, in milliseconds, summed over its statements. */
  readonly waitMs: number
  /** How many statements were sent for it; of those that were merged with others', the first counts. */
  readonly statements: number
  /** Whether it is part of an interactive transaction. */
  readonly inTransaction: boolean
  readonly error: ErrorRecord | undefined
}

/** What is told of an error: never its message, which may carry values and code. */
export interface ErrorRecord {
  readonly kind: DatabaseErrorKind
  /** `P2002`, `23505`, `ECONNREFUSED`: of Prisma, the database or the socket, in this order. */
  readonly code: string | undefined
  /** The code of the database alone, `23505`, where it is known. */
  readonly databaseCode: string | undefined
}

/** What a statement does, by its first word. Anything unknown is `OTHER`. */
export type StatementVerb =
  | 'SELECT'
  | 'INSERT'
  | 'UPDATE'
  | 'DELETE'
  | 'MERGE'
  | 'WITH'
  | 'CALL'
  | 'BEGIN'
  | 'COMMIT'
  | 'ROLLBACK'
  | 'SAVEPOINT'
  | 'RELEASE'
  | 'SET'
  | 'SHOW'
  | 'EXPLAIN'
  | 'LOCK'
  | 'CREATE'
  | 'ALTER'
  | 'DROP'
  | 'TRUNCATE'
  | 'SCRIPT'
  | 'OTHER'

/** A statement that the driver adapter has ended. */
export interface StatementRecord {
  /** The name of the shared client. */
  readonly client: string
  readonly operation: OperationScope | undefined
  /** `undefined` also where Prisma may have merged the statement out of several requests'. */
  readonly context: RequestContext | undefined
  /** Whether Prisma may have merged it out of operations of several requests. */
  readonly isMerged: boolean
  readonly verb: StatementVerb
  /** Its text without values and comments, so that statements of one shape read alike. */
  readonly text: string
  /** In milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMs: number
  /** The part of it that was a wait for a connection; `undefined` where the driver does not tell. */
  readonly waitMs: number | undefined
  /** Rows returned or changed; `undefined` for a statement that failed. */
  readonly rows: number | undefined
  /** How many parameters it had. */
  readonly parameters: number
  readonly inTransaction: boolean
  readonly error: ErrorRecord | undefined
}

/** A transaction at the driver adapter. */
export interface TransactionRecord {
  /** The name of the shared client. */
  readonly client: string
  readonly operation: OperationScope | undefined
  readonly context: RequestContext | undefined
  /** In milliseconds since 1970. */
  readonly startedAt: number
  /** Since it began, in milliseconds. */
  readonly ageMs: number
  /** Where an interactive one was asked for: the frames of the user, one a line. */
  readonly stack: string | undefined
}

/** How a transaction ended. `lost` means that neither could be told to the database. */
export type TransactionOutcome = 'committed' | 'rolled_back' | 'lost'

/**
 * Why a connection was closed: its time had come (`idle`, `lifetime`, `uses`), its client closed
 * (`drain`), a statement on it failed (`failed`: pg-pool closes the connection of every statement
 * that fails outside of a transaction), it broke (`lost`), it could not be trusted any more
 * (`left_open`: it came back inside of a transaction; `stale`: the process was frozen; `read_only`:
 * the server no longer writes), or another pool of the same budget needs it (`given_back`).
 */
export type ConnectionCloseReason =
  | 'idle'
  | 'lifetime'
  | 'uses'
  | 'drain'
  | 'failed'
  | 'lost'
  | 'left_open'
  | 'stale'
  | 'read_only'
  | 'given_back'

/** Everything that the runtime tells of, by the name of the event. */
export interface TelemetryEvents {
  /** A client was created: on first use, after `disconnect`, or with a new schema. */
  'client.created': {
    client: string
    generation: number
    createdBy: string
    /** The generation whose place it took, which drains now. */
    replaced: number | undefined
  }
  /** A client was closed: after its replacement, by `disconnect`, or by `drain`. */
  'client.drained': { client: string; generation: number; durationMs: number; isClean: boolean }
  /** The schema was generated anew, and this process cannot load it. */
  'client.stale': { client: string }
  /** Two places define one name differently; the first is in use. */
  'definition.duplicate': { client: string; first: string; second: string }
  'connection.opened': { client: string; createMs: number | undefined }
  /** A connection ended in its time. */
  'connection.closed': { client: string; reason: ConnectionCloseReason; ageMs: number }
  /** A connection broke. */
  'connection.lost': { client: string; reason: 'lost'; ageMs: number }
  /** A connection was closed because it could not be trusted any more. */
  'connection.evicted': { client: string; reason: ConnectionCloseReason; ageMs: number }
  /** Somebody waited in vain for a connection. */
  'connection.timeout': { client: string; waitMs: number }
  /** Somebody got a connection, after `waitMs`. */
  'connection.acquired': { client: string; waitMs: number }
  /** A connection came back, after `useMs`. */
  'connection.released': { client: string; useMs: number }
  /** An operation has ended, well or not. */
  'operation.ended': OperationRecord
  /** A statement has ended, well or not. */
  'query.ended': StatementRecord
  /** A transaction has ended. */
  'transaction.ended': TransactionRecord & { readonly outcome: TransactionOutcome }
  /** A statement took longer than `slowQueryMs`, the wait for a connection included. */
  'query.slow': StatementRecord
  /** An operation failed. */
  'operation.failed': OperationRecord
  /** A statement is about to be tried again, by `withRetry`. */
  retry: RetryEvent & { readonly client: string }
  /** A transaction is open for longer than `heldTransactionMs`. */
  'transaction.held': TransactionRecord
  /** A transaction that was told of as held has ended. */
  'transaction.returned': TransactionRecord & { readonly outcome: TransactionOutcome }
}

/** The name of an event. */
export type TelemetryEventName = keyof TelemetryEvents
