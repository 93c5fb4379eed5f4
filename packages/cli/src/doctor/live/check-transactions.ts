import { statementShape } from '../../../../client/src/statement-shape.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { inCode, listed, shownAge, shownName, sqlName } from './shown.ts'

interface Session {
  readonly pid: number
  readonly application: string
  readonly role: string
  readonly state: string
  readonly query: string
  /** How long it has been in this state, in milliseconds. */
  readonly ms: number
}

const MAX_SHAPE = 120

const IDLE = `SELECT pid, application_name AS application, usename::text AS role, state, query,
    (extract(epoch FROM clock_timestamp() - state_change) * 1000)::float8 AS ms
  FROM pg_stat_activity
  WHERE state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()
    AND state_change < clock_timestamp() - $1::float8 * interval '1 millisecond'
  ORDER BY ms DESC`

// What waits for a lock is told by who holds it.
const RUNNING = `SELECT pid, application_name AS application, usename::text AS role, state, query,
    (extract(epoch FROM clock_timestamp() - query_start) * 1000)::float8 AS ms
  FROM pg_stat_activity
  WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    AND wait_event_type IS DISTINCT FROM 'Lock'
    AND query_start < clock_timestamp() - $1::float8 * interval '1 millisecond'
  ORDER BY ms DESC`

/** Finds transactions that are open while their program does something else. */
export async function checkIdleTransactions(context: LiveContext): Promise<DoctorFinding[]> {
  const { server, options } = context
  const sessions = await server.ask<Session>(IDLE, [options.idleTransactionMs])
  const [oldest] = sessions
  if (oldest === undefined) return []
  return [
    found('TRANSACTION_LEFT_IDLE', {
      message: `${sessions.length === 1 ? 'A transaction has' : `${sessions.length} transactions have`} been idle for more than ${shownAge(options.idleTransactionMs)}: ${listed(sessions.map(shownSession))}. Each holds a connection and its locks, and keeps \`VACUUM\` from cleaning up.`,
      evidence: evidenceOf(sessions),
      change: `End it with \`SELECT pg_terminate_backend(${oldest.pid})\`; its work is rolled back. Then take what waits for something else (calls over the network, people) out of the transaction, and bound it: \`ALTER ROLE ${sqlName(oldest.role)} SET idle_in_transaction_session_timeout = '60s'\`.`,
    }),
  ]
}

/** Finds statements that run for long. */
export async function checkLongStatements(context: LiveContext): Promise<DoctorFinding[]> {
  const { server, options } = context
  const sessions = await server.ask<Session>(RUNNING, [options.longStatementMs])
  const [oldest] = sessions
  if (oldest === undefined) return []
  return [
    found('STATEMENT_RUNNING_LONG', {
      message: `${sessions.length === 1 ? 'A statement has' : `${sessions.length} statements have`} been running for more than ${shownAge(options.longStatementMs)}: ${listed(sessions.map(shownSession))}.`,
      evidence: evidenceOf(sessions),
      change: `Stop it with \`SELECT pg_cancel_backend(${oldest.pid})\`, look at its plan with \`EXPLAIN\`, and bound what the application may run: \`ALTER ROLE ${sqlName(oldest.role)} SET statement_timeout = '30s'\`.`,
    }),
  ]
}

/** A statement without its values; `''` where the role may not read it. */
export function shapeOf(query: string): string {
  if (query === '' || query === '<insufficient privilege>') return ''
  const shape = statementShape(query, 'postgresql').replaceAll('`', "'")
  return shape.length > MAX_SHAPE ? `${shape.slice(0, MAX_SHAPE - 1)}…` : shape
}

function shownSession({ pid, application, role, query, ms }: Session): string {
  const shape = shapeOf(query)
  const who = application === '' ? `role ${inCode(role)}` : inCode(application)
  return `process ${pid} of ${who} for ${shownAge(ms)}${shape === '' ? '' : `, \`${shape}\``}`
}

function evidenceOf(sessions: readonly Session[]): DoctorFinding['evidence'] {
  return {
    sessions: sessions.length,
    oldestMs: Math.round(sessions[0]?.ms ?? 0),
    pids: sessions
      .slice(0, 20)
      .map(({ pid }) => pid)
      .join(', '),
    applications: [...new Set(sessions.map(({ application }) => shownName(application)))].join(
      ', ',
    ),
  }
}
