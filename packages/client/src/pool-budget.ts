import {
  planConnections,
  type ConnectionLimit,
  type ConnectionShares,
} from './connection-budget.ts'
import { OnePrismaError } from './errors.ts'
import { refuse } from './options.ts'

/** What the pools of an application share, and how many they are. */
export interface PoolBudget extends ConnectionShares {
  /**
   * What all pools may open together, as a number that leaves others their part already, or as the
   * limit of the server with what others use of it.
   */
  readonly connections: number | ConnectionLimit
}

/**
 * Throws unless `budget` is made of whole numbers in their ranges.
 *
 * @internal
 */
export function validateBudget(budget: PoolBudget): void {
  if (typeof budget !== 'object' || budget === null) refuse('budget', 'an object', budget)
  const { connections, instances, surge, processes, pools } = budget
  requireCount('instances', instances, 1)
  requireCount('surge', surge ?? 0, 0)
  requireCount('processes', processes ?? 1, 1)
  requireCount('pools', pools ?? 1, 1)
  if (typeof connections !== 'object' || connections === null) {
    return requireCount('connections', connections, 1)
  }
  const { headroom, maxConnections, ...others } = connections
  requireCount('connections.maxConnections', maxConnections, 1)
  for (const [name, value] of Object.entries(others)) {
    requireCount(`connections.${name}`, value ?? 0, 0)
  }
  const isShare = typeof headroom === 'number' && headroom >= 0 && headroom < 1
  if (headroom !== undefined && !isShare) {
    refuse('budget.connections.headroom', 'a number from 0 up to less than 1', headroom)
  }
}

/**
 * Returns the most connections that one pool may open, which is what `max` asks for or else its
 * share of the budget.
 *
 * @throws OnePrismaError `BUDGET_EXCEEDED`
 *
 * @internal
 */
export function maxWithin(budget: PoolBudget, max: number | undefined): number {
  const { connections, ...shares } = budget
  const limit =
    typeof connections === 'number'
      ? { maxConnections: connections, superuserReserved: 0, headroom: 0 }
      : connections
  const { usable, instances, pools, perPool } = planConnections({ ...limit, ...shares })
  const wanted = max ?? 1
  if (wanted <= perPool) return max ?? perPool

  throw new OnePrismaError(
    'BUDGET_EXCEEDED',
    `${pools} pools (${instances} instances during a rollout x ${budget.processes ?? 1} processes x ${budget.pools ?? 1} pools) share ${usable} usable connections, ${perPool} each, and this pool wants ${wanted}. Run fewer of them, raise the limit of the server, or put a pooler in front of it (docs/pooling.md); \`oneprisma budget\` shows the arithmetic.`,
  )
}

function requireCount(name: string, value: unknown, min: number): void {
  if (Number.isSafeInteger(value) && Number(value) >= min) return
  refuse(`budget.${name}`, `a whole number from ${min} up`, value)
}
