import type { DoctorFinding } from '../finding.ts'
import { shapeOf } from './check-transactions.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { inCode, listed, shownAge, shownName, sqlName } from './shown.ts'

interface Wait {
  readonly pid: number
  readonly application: string
  readonly role: string
  readonly query: string
  readonly ms: number
  readonly blockers: ReadonlyArray<{
    /** 0 for a prepared transaction, which is no process. */
    readonly pid: number
    readonly application: string | null
    readonly state: string | null
  }>
}

const WAITS = `SELECT w.pid, w.application_name AS application, w.usename::text AS role, w.query,
    (extract(epoch FROM clock_timestamp() - w.query_start) * 1000)::float8 AS ms,
    (SELECT json_agg(json_build_object('pid', b.pid, 'application', a.application_name, 'state', a.state))
      FROM unnest(pg_blocking_pids(w.pid)) AS b (pid)
      LEFT JOIN pg_stat_activity a ON a.pid = b.pid) AS blockers
  FROM pg_stat_activity w
  WHERE w.wait_event_type = 'Lock' AND w.pid <> pg_backend_pid()
    AND w.query_start < clock_timestamp() - $1::float8 * interval '1 millisecond'
  ORDER BY ms DESC`

/** Finds who waits for a lock, and who holds it. */
export async function checkLocks({ server, options }: LiveContext): Promise<DoctorFinding[]> {
  const waits = await server.ask<Wait>(WAITS, [options.lockWaitMs])
  const [oldest] = waits
  if (oldest === undefined) return []
  const waiting = new Set(waits.map(({ pid }) => pid))
  // One that waits itself holds nobody up by its own will.
  const heads = waits
    .flatMap(({ blockers }) => blockers ?? [])
    .filter(({ pid }) => !waiting.has(pid))
  const pids = [...new Set(heads.map(({ pid }) => pid))]
  return [
    found('LOCK_WAIT', {
      message: `${waits.length === 1 ? 'A statement waits' : `${waits.length} statements wait`} for a lock: ${listed(waits.map(shownWait))}.`,
      evidence: {
        waiting: waits.length,
        oldestMs: Math.round(oldest.ms),
        waitingPids: [...waiting].slice(0, 20).join(', '),
        blockingPids: pids.slice(0, 20).join(', '),
      },
      change: `${remedyOf(pids)} Bound such waits with \`ALTER ROLE ${sqlName(oldest.role)} SET lock_timeout = '10s'\`.`,
    }),
  ]
}

function remedyOf(pids: readonly number[]): string {
  const [pid] = pids.filter((each) => each !== 0)
  if (pid !== undefined) {
    return `Let process ${pid} finish, or end it with \`SELECT pg_terminate_backend(${pid})\`; its work is rolled back.`
  }
  return pids.includes(0)
    ? 'End the prepared transaction that holds it: see `SELECT * FROM pg_prepared_xacts`.'
    : 'It is gone by itself where the lock was given up meanwhile: run this again.'
}

function shownWait({ pid, application, query, ms, blockers }: Wait): string {
  const shape = shapeOf(query)
  const by = (blockers ?? []).map(shownBlocker)
  return `process ${pid} of ${inCode(application || '(no name)')} for ${shownAge(ms)}${shape === '' ? '' : `, \`${shape}\``}, behind ${by.length > 0 ? listed(by, 3) : 'one that is gone'}`
}

function shownBlocker({ pid, application, state }: Wait['blockers'][number]): string {
  if (pid === 0) return 'a prepared transaction'
  const name = application === null || application === '' ? '(no name)' : shownName(application)
  return `process ${pid} of ${inCode(name)}${state === null ? '' : ` (${state})`}`
}
