import { keyed } from './keyed.ts'
import type { PoolSite } from './pool-site.ts'
import { ownPools } from './server-facts-of.ts'
import type { Subject } from './subject.ts'

const BOUNDS = ['statement_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout']

/** The bounds of the server, by their names there, that every pool of the code sets for itself. */
export function boundsInCode(subject: Subject): readonly string[] {
  const pools = ownPools(subject)
  if (pools.length === 0) return []
  return BOUNDS.filter((name) => pools.every((pool) => isSetBy(pool, name)))
}

function isSetBy({ settings, module }: PoolSite, name: string): boolean {
  if ('entries' in settings) return settings.entries.has(name)
  if (settings.kind !== 'pg-pool' || name !== 'statement_timeout') return false
  const options = settings.call.arguments[1]
  return (
    options !== undefined &&
    keyed(options, 'statementTimeoutMs', module.evaluator.names) !== undefined
  )
}
