import type { DatabaseCounters, ServerSample } from './server-sample.ts'

/** What a database did between two samples, all of its clients together. */
export interface DatabaseWork {
  /** Transactions that were committed, those of the monitor left out. */
  readonly commits: number
  readonly rollbacks: number
  readonly deadlocks: number
  /** Sessions that began, and that did not end well; undefined before PostgreSQL 14. */
  readonly sessions: number | undefined
  readonly brokenSessions: number | undefined
}

/** What `pg_stat_statements` has counted between two samples. */
export interface StatementWork {
  readonly calls: number
  readonly meanMs: number
}

/** Undefined where the statistics began anew in between, so that nothing can be subtracted. */
export function databaseWork(
  first: ServerSample,
  last: ServerSample,
  own: number,
): DatabaseWork | undefined {
  const before = first.database
  const now = last.database
  const isReset =
    before.stats_reset !== now.stats_reset || Math.abs(first.startedAt - last.startedAt) > 1
  const commits = now.xact_commit - before.xact_commit
  const rollbacks = now.xact_rollback - before.xact_rollback
  if (isReset || commits < 0 || rollbacks < 0) return undefined
  return {
    commits: Math.max(0, commits - own),
    rollbacks,
    deadlocks: now.deadlocks - before.deadlocks,
    sessions: difference(now.sessions, before.sessions),
    brokenSessions: difference(broken(now), broken(before)),
  }
}

/** Undefined where entries were dropped or reset in between, so that the sums went down. */
export function statementWork(first: ServerSample, last: ServerSample): StatementWork | undefined {
  if (first.statements === undefined || last.statements === undefined) return undefined
  const calls = last.statements.calls - first.statements.calls
  const totalMs = last.statements.totalMs - first.statements.totalMs
  if (calls <= 0 || totalMs < 0) return undefined
  return { calls, meanMs: totalMs / calls }
}

function broken(counters: DatabaseCounters): number | undefined {
  const { sessions_abandoned: abandoned, sessions_fatal: fatal, sessions_killed: killed } = counters
  if (abandoned === undefined || fatal === undefined || killed === undefined) return undefined
  return abandoned + fatal + killed
}

function difference(now: number | undefined, before: number | undefined): number | undefined {
  return now === undefined || before === undefined ? undefined : now - before
}
