/** What the server says at one moment. */
export interface ServerSample {
  /** When the server started, in seconds of the epoch. */
  readonly startedAt: number
  readonly sessions: readonly Sessions[]
  readonly database: DatabaseCounters
  /** Undefined where it was not asked for, or is not there. */
  readonly statements: StatementCounters | undefined
}

/** Connections with one `application_name`. */
export interface Sessions {
  readonly name: string
  readonly connections: number
  readonly active: number
  readonly inTransaction: number
  /** Of which it is not known what they do: those of other roles, without the privilege. */
  readonly hidden: number
}

/** A row of `pg_stat_database`; an older server has fewer columns. */
export interface DatabaseCounters {
  readonly xact_commit: number
  readonly xact_rollback: number
  readonly deadlocks: number
  readonly sessions?: number
  readonly sessions_abandoned?: number
  readonly sessions_fatal?: number
  readonly sessions_killed?: number
  readonly stats_reset: string | null
}

/** Sums over `pg_stat_statements`. */
export interface StatementCounters {
  readonly calls: number
  readonly totalMs: number
}

/** What is known of a server as long as a connection lasts. */
export interface ServerFacts {
  readonly version: string
  readonly database: string
  readonly maxConnections: number
  /** Connections that are kept for superusers and the like. */
  readonly reserved: number
  /** Whether the role sees what sessions of other roles are doing. */
  readonly seesAll: boolean
  /** Whether there is something in between that hands out connections of its own. */
  readonly isPooled: boolean
  readonly hasStatements: boolean
}
