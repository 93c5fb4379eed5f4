import {
  planConnections,
  type ConnectionLimit,
  type ConnectionPlan,
  type ConnectionShares,
} from '../../../client/src/connection-budget.ts'
import { addedBy, type BudgetInput } from './budget-input.ts'
import { ENOUGH_FOR_A_POOL, planPooler, type PoolerPlan } from './plan-pooler.ts'

/** A budget on paper. */
export interface BudgetReport {
  /**
   * `fits`; `tight` where a pool has a single connection, which an interactive transaction keeps to
   * itself; `too-small` where some pools have none.
   */
  readonly verdict: 'fits' | 'tight' | 'too-small'
  readonly limit: Required<ConnectionLimit>
  readonly shares: Required<ConnectionShares>
  readonly plan: ConnectionPlan
  readonly perInstance: number
  /** Usable connections that no pool can open. */
  readonly left: number
  /** Changes of which one is enough; undefined where none is needed. */
  readonly remedies: Remedies | undefined
  readonly pooler: PoolerPlan | undefined
}

/** What gives each pool the connections that an interactive transaction with a query beside it needs. */
export interface Remedies {
  /** The most instances that fit; 0 where not even one does. */
  readonly instances: number
  /** The least `max_connections` that is enough for all of them. */
  readonly maxConnections: number
}

/** Does the arithmetic of `pgPool` on paper, and says what would have to change where it comes out short. */
export function planBudget(input: BudgetInput): BudgetReport {
  const plan = planFor(input, {})
  const isEnough = plan.perPool >= ENOUGH_FOR_A_POOL
  const { limit, instances, surge, processes, pools } = input
  return {
    verdict: isEnough ? 'fits' : plan.fits ? 'tight' : 'too-small',
    limit,
    shares: { instances, surge: addedBy(surge, instances), processes, pools },
    plan,
    perInstance: plan.perPool * processes * pools,
    left: plan.usable - plan.total,
    remedies: isEnough ? undefined : findRemedies(input, plan),
    pooler: isEnough ? undefined : planPooler(input, plan),
  }
}

function findRemedies(input: BudgetInput, plan: ConnectionPlan): Remedies {
  const isEnough = (change: Change): boolean => planFor(input, change).perPool >= ENOUGH_FOR_A_POOL
  const { superuserReserved, reserved, otherClients, headroom } = input.limit
  const needed = plan.pools * ENOUGH_FOR_A_POOL
  const most = Math.ceil(needed / (1 - headroom)) + superuserReserved + reserved + otherClients + 1
  return {
    instances: leastWhere(1, input.instances, (instances) => !isEnough({ instances })) - 1,
    maxConnections: leastWhere(1, most, (maxConnections) => isEnough({ maxConnections })),
  }
}

interface Change {
  readonly instances?: number
  readonly maxConnections?: number
}

function planFor(input: BudgetInput, change: Change): ConnectionPlan {
  const { instances = input.instances, maxConnections = input.limit.maxConnections } = change
  const { processes, pools } = input
  const surge = addedBy(input.surge, instances)
  return planConnections({ ...input.limit, maxConnections, instances, surge, processes, pools })
}

/** The least whole number from `low` up to `high` for which a condition holds that holds from there on. */
function leastWhere(low: number, high: number, holds: (value: number) => boolean): number {
  if (low >= high) return low
  const middle = Math.floor((low + high) / 2)
  return holds(middle) ? leastWhere(low, middle, holds) : leastWhere(middle + 1, high, holds)
}
