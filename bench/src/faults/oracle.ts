import type pg from 'pg'
import type { Outcome } from './protocol.ts'

/** What became of the writes of a load, as the database knows it after the fault. */
export interface Verdict {
  readonly acknowledged: number
  /** Acknowledged, and not there. */
  readonly lost: number
  /** There more than once. */
  readonly doubled: number
  /** Told to have failed for sure, and there all the same. */
  readonly falselyFailed: number
  /** Neither acknowledged nor failed for sure. */
  readonly unknown: number
}

/**
 * Compares what callers were told of their writes with what the database holds. Every write carries
 * a token of its own, and the table has no unique constraint that would hide a second one. Several
 * databases are those before and after a failover.
 */
export async function judge(
  admins: readonly pg.Client[],
  outcomes: readonly Outcome[],
): Promise<Verdict> {
  const counts = new Map<string, number>()
  for (const admin of admins) {
    const { rows } = await admin.query<{ token: string }>('SELECT token FROM "Entry"')
    for (const { token } of rows) counts.set(token, (counts.get(token) ?? 0) + 1)
  }
  const writes = outcomes.flatMap((outcome) =>
    tokensOf(outcome).map((token) => ({ told: told(outcome), count: counts.get(token) ?? 0 })),
  )
  const number = (is: (write: (typeof writes)[number]) => boolean): number =>
    writes.filter(is).length
  return {
    acknowledged: number(({ told }) => told === 'ok'),
    lost: number(({ told, count }) => told === 'ok' && count === 0),
    doubled: number(({ count }) => count > 1),
    falselyFailed: number(({ told, count }) => told === 'failed' && count > 0),
    unknown: number(({ told }) => told === 'unknown'),
  }
}

function tokensOf({ call }: Outcome): string[] {
  if (call.do === 'write') return [call.token]
  return call.do === 'transaction' ? [`${call.token}a`, `${call.token}b`] : []
}

function told({ error, isHung }: Outcome): 'ok' | 'failed' | 'unknown' {
  if (isHung) return 'unknown'
  if (error === undefined) return 'ok'
  return error.wasSent === 'unknown' ? 'unknown' : 'failed'
}
