import type { DoctorFinding } from '../finding.ts'
import type { LiveCode } from '../live-codes.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { numberOf, readSettings } from './read-settings.ts'
import { inCode, sqlName } from './shown.ts'

interface Bound {
  readonly code: LiveCode
  readonly proposal: string
  readonly message: (role: string) => string
  readonly note: string
}

const BOUNDS: Readonly<Record<string, Bound>> = {
  statement_timeout: {
    code: 'STATEMENT_TIMEOUT_MISSING',
    proposal: '30s',
    message: (role) =>
      `No statement of the role ${role} is bounded by the server (\`statement_timeout = 0\`). One that runs away keeps its connection, and a client that gives up or dies does not end it.`,
    note: 'Give the role of the migrations none, or a longer one. A bound in the pool (`statementTimeoutMs` of `pgPool()`) does as well, where no pooler refuses it.',
  },
  idle_in_transaction_session_timeout: {
    code: 'IDLE_TRANSACTION_TIMEOUT_MISSING',
    proposal: '60s',
    message: (role) =>
      `A transaction of the role ${role} may stay open for ever (\`idle_in_transaction_session_timeout = 0\`): a process that is frozen or hangs keeps its locks.`,
    note: 'Take more than the longest `timeout` of `$transaction`, which is 5 s unless you have set it.',
  },
  lock_timeout: {
    code: 'LOCK_TIMEOUT_MISSING',
    proposal: '10s',
    message: (role) =>
      `Statements of the role ${role} wait for locks without a bound of their own (\`lock_timeout = 0\`), so that a migration that waits behind a reader makes everybody wait behind it.`,
    note: 'Set it above all for the role of the migrations.',
  },
}

/** Finds bounds that only the server can keep, whatever becomes of the client. */
export async function checkTimeouts({ app, options }: LiveContext): Promise<DoctorFinding[]> {
  const settings = await readSettings(app, Object.keys(BOUNDS))
  return Object.entries(BOUNDS)
    .filter(([name]) => numberOf(settings, name, 0) === 0)
    .filter(([name]) => options.boundsInCode?.includes(name) !== true)
    .map(([name, { code, proposal, message, note }]) =>
      found(code, {
        message: message(inCode(app.role)),
        evidence: { setting: name, value: 0, role: app.role },
        change: `\`ALTER ROLE ${sqlName(app.role)} SET ${name} = '${proposal}'\`; it holds for new connections. ${note}`,
      }),
    )
}
