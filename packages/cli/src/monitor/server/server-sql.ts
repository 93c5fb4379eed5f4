// All that is asked of the server. Each is one row with one JSON document, so that columns that a
// version does not have are missing instead of an error.

/** What is asked once for each connection. */
export const FACTS = `SELECT jsonb_build_object(
  'version', current_setting('server_version'),
  'database', current_database(),
  'maxConnections', current_setting('max_connections')::int,
  'reserved', current_setting('superuser_reserved_connections')::int
    + coalesce(current_setting('reserved_connections', true)::int, 0),
  'seesAll', pg_has_role('pg_read_all_stats', 'USAGE'),
  'pid', pg_backend_pid(),
  'statements', (
    SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
    WHERE extname = 'pg_stat_statements'
  )
) AS answer`

/**
 * What is asked for every sample. Whoever may not see a session has no `backend_type` of it; what is
 * no client has no user then, so that clients are counted without privileges as well.
 */
export const SAMPLE = `SELECT jsonb_build_object(
  'startedAt', extract(epoch FROM pg_postmaster_start_time()),
  'sessions', (
    SELECT coalesce(jsonb_agg(to_jsonb(s)), '[]') FROM (
      SELECT application_name AS name, count(*) AS connections,
        count(*) FILTER (WHERE state = 'active') AS active,
        count(*) FILTER (WHERE state LIKE 'idle in transaction%') AS "inTransaction",
        count(*) FILTER (WHERE state IS NULL) AS hidden
      FROM pg_stat_activity
      WHERE datname = current_database() AND usesysid IS NOT NULL
        AND coalesce(backend_type, 'client backend') = 'client backend'
        AND pid <> pg_backend_pid() AND application_name <> 'oneprisma-monitor'
      GROUP BY application_name
    ) s
  ),
  'database', (SELECT to_jsonb(d) FROM pg_stat_database d WHERE datname = current_database())
) AS answer`

/** How often statements ran and for how long, without a look at any of them. */
export function statementsIn(schema: string): string {
  return `SELECT jsonb_build_object(
    'calls', coalesce(sum(calls), 0), 'totalMs', coalesce(sum(total_exec_time), 0)
  ) AS answer
  FROM ${schema}.pg_stat_statements(false)
  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`
}

/** Puts a question into a transaction that cannot write and does not last; leaves nothing behind. */
export function readOnly(question: string, timeoutMs: number): string {
  return `BEGIN READ ONLY; SET LOCAL statement_timeout = ${timeoutMs}; SET LOCAL lock_timeout = ${timeoutMs}; ${question}; COMMIT`
}
