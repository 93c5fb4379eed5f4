import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { inCode, listed, shownAge, shownName } from './shown.ts'

interface Prepared {
  readonly gid: string
  readonly owner: string
  readonly ms: number
}

const PREPARED = `SELECT gid, owner::text, (extract(epoch FROM clock_timestamp() - prepared) * 1000)::float8 AS ms
  FROM pg_prepared_xacts
  WHERE prepared < clock_timestamp() - $1::float8 * interval '1 millisecond'
  ORDER BY ms DESC`

/** Finds transactions that were prepared for two-phase commit, and that nobody ended. */
export async function checkPrepared({ server, options }: LiveContext): Promise<DoctorFinding[]> {
  const prepared = await server.ask<Prepared>(PREPARED, [options.idleTransactionMs])
  const [oldest] = prepared
  if (oldest === undefined) return []
  const shown = prepared.map(
    ({ gid, owner, ms }) => `${inCode(gid)} of role ${inCode(owner)} for ${shownAge(ms)}`,
  )
  return [
    found('PREPARED_TRANSACTION_LEFT', {
      message: `${prepared.length === 1 ? 'A transaction was' : `${prepared.length} transactions were`} prepared and never ended: ${listed(shown)}. It outlives its connection and a restart, holds its locks, and keeps \`VACUUM\` from cleaning up.`,
      evidence: { transactions: prepared.length, oldestMs: Math.round(oldest.ms) },
      change: `Ask its transaction manager, then end it: \`ROLLBACK PREPARED '${shownName(oldest.gid).replaceAll("'", "''")}'\` or \`COMMIT PREPARED\`. Where nobody uses two-phase commit, set \`max_prepared_transactions = 0\`.`,
    }),
  ]
}
