import { hasEnd } from '@oneprisma/sites'
import { authLookups } from './checks/auth-tables.ts'
import { namingOf } from './checks/pooler.ts'
import type { PoolSite } from './pool-site.ts'
import type { ServerFacts } from './server-facts.ts'
import { placeOf } from './module.ts'
import type { Subject } from './subject.ts'

/** What the code says that the server has to fit. */
export function serverFactsOf(subject: Subject): ServerFacts {
  return {
    pools: ownPools(subject).map(({ module, node, max }) => {
      const { path, line } = placeOf(module, node)
      return { path, line, max }
    }),
    authLookups: authLookups(subject),
  }
}

/** The connections of the largest pool; undefined where none says how many. */
export function largestPoolOf(subject: Subject): number | undefined {
  const sizes = ownPools(subject).flatMap(({ max }) => max ?? [])
  return sizes.length === 0 ? undefined : Math.max(...sizes)
}

/** Whether the code gives its statements names, whatever leads to the server. */
export function namesStatements({ pools }: Subject): boolean {
  return pools.some((pool) => namingOf(pool) !== undefined)
}

/** The pools of code that lives on. An adapter that is given a pool has none of its own. */
export function ownPools({ pools }: Subject): readonly PoolSite[] {
  return pools.filter(({ module, settings }) => settings.kind !== 'pool' && !hasEnd(module.context))
}
