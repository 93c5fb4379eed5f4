import { hasEnd } from '@oneprisma/sites'
import { numberOf } from '../constant.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import { placeOf } from '../module.ts'
import type { PoolSite } from '../pool-site.ts'
import type { Subject } from '../subject.ts'
import { urlUses } from '../url-use.ts'

/** Pools of code that lives on in which something may wait for ever, or has no size of its own. */
export function checkPoolBounds(subject: Subject): readonly DoctorFinding[] {
  const pooled = new Set(
    urlUses(subject).flatMap(({ url, pool }) => (url.pooler === undefined ? [] : pool)),
  )
  return subject.pools
    .filter(({ module, settings }) => {
      // Of settings that are not read at all, others tell.
      const isRead = !('entries' in settings && settings.entries.has('pool'))
      return isRead && !hasEnd(module.context)
    })
    .flatMap((site) => [
      ...findUnboundedWait(site),
      ...findUnboundedIdle(site),
      ...findUnboundedStatement(site, pooled.has(site)),
      ...findNoSize(site),
    ])
}

/** pg waits without end for a connection, be it new or one of the pool. */
function findUnboundedWait(site: PoolSite): readonly DoctorFinding[] {
  const value = valueOf(site, 'connectionTimeoutMillis')
  if (value === 'unknown' || value === 'set') return []
  return [
    found('POOL_WAIT_UNBOUNDED', placeOf(site.module, site.node), {
      message: `${title(site)} has no \`connectionTimeoutMillis\`, so that a query waits for a connection without end, and so does a connection to a server that does not answer.`,
      evidence: evidenceOf(site),
      change: `Add \`connectionTimeoutMillis: 10_000\`, or take \`pgPool()\` of \`@oneprisma/client/pg\`, which bounds every wait.`,
    }),
  ]
}

/** Connections that are never closed hold a script, and pile up where processes are frozen. */
function findUnboundedIdle(site: PoolSite): readonly DoctorFinding[] {
  if (valueOf(site, 'idleTimeoutMillis') !== 'zero') return []
  return [
    found('POOL_IDLE_UNBOUNDED', placeOf(site.module, site.node), {
      message: `${title(site)} sets \`idleTimeoutMillis\` to 0: a connection that was opened once is kept for good.`,
      evidence: evidenceOf(site),
      change: 'Write `idleTimeoutMillis: 60_000`, and 5_000 in serverless functions.',
    }),
  ]
}

const STATEMENT_BOUNDS = ['statement_timeout', 'idle_in_transaction_session_timeout', 'options']

function findUnboundedStatement(site: PoolSite, isPooled: boolean): readonly DoctorFinding[] {
  if (site.settings.kind !== 'known') return []
  const isBounded = STATEMENT_BOUNDS.some((name) => valueOf(site, name) !== 'unset')
  if (isBounded) return []
  return [
    found('STATEMENT_UNBOUNDED', placeOf(site.module, site.node), {
      message: `${title(site)} sets neither \`statement_timeout\` nor \`idle_in_transaction_session_timeout\`: unless the role has them, the server runs a statement, and keeps a transaction open, without end.`,
      evidence: evidenceOf(site),
      // PgBouncer refuses a connection that begins with such settings.
      change: isPooled
        ? 'Set them on the role, for the pooler refuses them in the settings: `ALTER ROLE app SET statement_timeout = 60000`, and the other alike.'
        : 'Add `statement_timeout: 60_000` and `idle_in_transaction_session_timeout: 60_000`, or set them on the role: `ALTER ROLE app SET statement_timeout = 60000`.',
    }),
  ]
}

function findNoSize(site: PoolSite): readonly DoctorFinding[] {
  const value = valueOf(site, 'max')
  if (value !== 'unset') return []
  return [
    found('POOL_SIZE_UNSET', placeOf(site.module, site.node), {
      message: `${title(site)} has no \`max\`: each process opens up to 10 connections.`,
      evidence: { ...evidenceOf(site), default: 10 },
      change:
        'Add `max`, with what the server can take shared out among the processes: `oneprisma budget` works it out.',
    }),
  ]
}

/** What a pool says of a setting. */
function valueOf(
  { settings, module }: PoolSite,
  name: string,
): 'set' | 'zero' | 'unset' | 'unknown' {
  if (settings.kind !== 'known' && settings.kind !== 'partial') return 'unknown'
  const value = settings.entries.get(name)
  if (value === undefined) return settings.kind === 'known' ? 'unset' : 'unknown'
  return numberOf(value, module.evaluator.names) === 0 ? 'zero' : 'set'
}

function title({ made }: PoolSite): string {
  return made === 'PrismaPg' ? 'The pool of this `PrismaPg`' : 'This pool'
}

function evidenceOf({ made, settings }: PoolSite): Record<string, string> {
  const names = 'entries' in settings ? [...settings.entries.keys()] : []
  return { made, settings: names.join(', ') }
}
