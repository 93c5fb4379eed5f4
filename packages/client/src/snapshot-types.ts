import type { DatabaseErrorKind } from './classify-error.ts'
import type { PoolStatus } from './driver-pool.ts'
import type {
  ConnectionCloseReason,
  StatementVerb,
  TransactionOutcome,
} from './telemetry-records.ts'

/** How often values fell between bounds. */
export interface HistogramSnapshot {
  /** The upper bounds of the buckets, inclusive, ascending; a last bucket has none. */
  readonly bounds: readonly number[]
  /** How many values each bucket has, not cumulative: one more than there are bounds. */
  readonly counts: readonly number[]
  readonly sum: number
  readonly count: number
}

/** Operations of one kind. */
export interface OperationSeries {
  readonly model: string | undefined
  readonly action: string
  /** `undefined` for those that succeeded. */
  readonly error: DatabaseErrorKind | undefined
  /** In seconds. */
  readonly duration: HistogramSnapshot
}

/** Statements of one kind. */
export interface StatementSeries {
  readonly verb: StatementVerb
  /** `undefined` for those that succeeded. */
  readonly error: DatabaseErrorKind | undefined
  /** In seconds, the wait for a connection included. */
  readonly duration: HistogramSnapshot
}

/** The numbers of one shared client since the process began: plain data, without a secret. */
export interface Snapshot {
  /** The name of the shared client. */
  readonly client: string
  /** `db.system.name` of OpenTelemetry: `postgresql`, `mysql`, `sqlite`, `microsoft.sql_server`. */
  readonly system: string | undefined
  /** How many clients were created under the name. */
  readonly generation: number
  readonly unitsInFlight: number
  readonly drains: { readonly clean: number; readonly unclean: number }
  readonly operations: readonly OperationSeries[]
  readonly statements: readonly StatementSeries[]
  /** Statements in progress. */
  readonly statementsInFlight: number
  /** Rows that statements returned or changed. */
  readonly rows: HistogramSnapshot
  readonly retries: readonly {
    readonly kind: DatabaseErrorKind
    readonly statement: 'read' | 'unsent' | 'begin'
    readonly count: number
  }[]
  readonly transactions: {
    readonly open: number
    /** The age of the oldest that is open, in seconds; 0 where none is. */
    readonly oldestSeconds: number
    readonly held: number
    /** In seconds, by how they ended. */
    readonly ended: readonly {
      readonly outcome: TransactionOutcome
      readonly duration: HistogramSnapshot
    }[]
  }
  readonly connections: {
    /** As of now; `undefined` before the first query, or where the driver tells no numbers. */
    readonly pool: PoolStatus | undefined
    readonly opened: number
    readonly closed: readonly { readonly reason: ConnectionCloseReason; readonly count: number }[]
    readonly timeouts: number
    /** In seconds; `undefined` where the driver does not tell. */
    readonly create: HistogramSnapshot
    readonly wait: HistogramSnapshot
    readonly use: HistogramSnapshot
  }
}
