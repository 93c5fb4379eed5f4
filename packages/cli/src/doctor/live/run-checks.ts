import { plural } from '../../report/plural.ts'
import type { DoctorFinding } from '../finding.ts'
import { checkAuthIndexes } from './check-auth-indexes.ts'
import { checkClock } from './check-clock.ts'
import { checkHolders } from './check-holders.ts'
import { checkKeepalives } from './check-keepalives.ts'
import { checkLimits } from './check-limits.ts'
import { checkLocks } from './check-locks.ts'
import { checkLogging } from './check-logging.ts'
import { checkNames } from './check-names.ts'
import { checkPooler } from './check-pooler.ts'
import { checkPoolerSize } from './check-pooler-size.ts'
import { checkPools } from './check-pools.ts'
import { checkPrepared } from './check-prepared.ts'
import { checkPrivileges } from './check-privileges.ts'
import { checkRole } from './check-role.ts'
import { checkTimeouts } from './check-timeouts.ts'
import { checkTlsUse } from './check-tls-use.ts'
import { checkIdleTransactions, checkLongStatements } from './check-transactions.ts'
import { checkVersion } from './check-version.ts'
import { checkViews } from './check-views.ts'
import { checkWritable } from './check-writable.ts'
import { found } from './found.ts'
import type { LiveCheck, LiveContext } from './live-context.ts'

// By what they look for, in the order in which one wants to know it when something is wrong.
const CHECKS: Readonly<Record<string, LiveCheck>> = {
  'whether it can be written to': checkWritable,
  limits: checkLimits,
  'the size of the pooler': checkPoolerSize,
  'who holds connections': checkHolders,
  'idle transactions': checkIdleTransactions,
  'long statements': checkLongStatements,
  'waits for locks': checkLocks,
  'prepared transactions': checkPrepared,
  'names of connections': checkNames,
  'pools of a process': checkPools,
  encryption: checkTlsUse,
  timeouts: checkTimeouts,
  'indexes of Auth.js': checkAuthIndexes,
  logging: checkLogging,
  'the version': checkVersion,
  'the clock': checkClock,
  'the role': checkRole,
  'keep-alives': checkKeepalives,
  'views and statistics': checkViews,
  privileges: checkPrivileges,
}

/** Runs every check, one after the other. One that fails stops no other. */
export async function runChecks(context: LiveContext): Promise<DoctorFinding[]> {
  const findings = await checkPooler(context)
  // In statement mode, a pooler refuses the transactions that keep the checks from writing.
  if (context.pooler?.mode === 'statement' && context.server.isPooled) {
    return [
      ...findings,
      incomplete(new Map([['the pooler refuses transactions', Object.keys(CHECKS)]])),
    ]
  }
  const failed = new Map<string, string[]>()
  for (const [name, check] of Object.entries(CHECKS)) {
    try {
      findings.push(...(await check(context)))
    } catch (error) {
      const reason = reasonOf(error, context.options.statementTimeoutMs)
      failed.set(reason, [...(failed.get(reason) ?? []), name])
    }
  }
  return failed.size === 0 ? findings : [...findings, incomplete(failed)]
}

function incomplete(failed: ReadonlyMap<string, readonly string[]>): DoctorFinding {
  const count = [...failed.values()].flat().length
  return found('SERVER_CHECKS_INCOMPLETE', {
    message: `${plural(count, 'check')} could not be made: ${[...failed].map(([reason, names]) => `${names.join(', ')} (${reason})`).join('; ')}. That they found nothing means nothing.`,
    evidence: {
      failed: count,
      of: Object.keys(CHECKS).length,
      reasons: [...failed.keys()].join('; '),
    },
    change:
      'Run this again. Where it stays so, give it a direct URL, a role that is a member of `pg_monitor`, or more time.',
  })
}

/**
 * Why a check failed, in words of one's own.
 *
 * @throws what neither the server nor the connection to it has failed with
 */
function reasonOf(error: unknown, timeoutMs: number): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  if (message === 'Query read timeout') return `no answer within ${timeoutMs} ms`
  if (code === '57014') return `cancelled after ${timeoutMs} ms`
  if (code === '42501') return 'the role may not'
  if (code === '08P01') return 'the pooler refuses it'
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return `the server said ${code}`
  if (typeof code === 'string' || /^Connection terminated|not queryable$/.test(String(message))) {
    return 'the connection was lost'
  }
  throw error
}
