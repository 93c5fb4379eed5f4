import {
  planConnections,
  type ConnectionPlan,
  type ConnectionShares,
} from '../../../../client/src/connection-budget.ts'
import { plural } from '../../report/plural.ts'
import type { DoctorFinding } from '../finding.ts'
import { countBy } from './count-by.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import type { LiveOptions } from './live-options.ts'
import { programOf } from './process-name.ts'
import { readLimits, type Limit } from './read-limits.ts'
import { inCode, listed } from './shown.ts'

// What pg opens where nothing is said.
const DRIVER_MAX = 10
const NEARLY = 0.8

/** Compares what the pools may open, and what is open, with what the server takes. */
export async function checkLimits(context: LiveContext): Promise<DoctorFinding[]> {
  const limits = await readLimits(context)
  // Behind a pooler, the pools open connections to the pooler; `checkPooler` compares those.
  const planned = context.app.isPooled ? [] : judgePlan(limits, poolMaxOf(context), context.options)
  return [...planned, ...limits.flatMap(judgeHeld)]
}

/** The connections of the largest pool, as far as anybody says. */
export function poolMaxOf({ app, options }: Pick<LiveContext, 'app' | 'options'>): number {
  return options.poolMax ?? app.url.poolMax ?? DRIVER_MAX
}

/** Compares what the pools may open with the tightest of some limits. */
export function judgePlan(
  limits: readonly Limit[],
  poolMax: number,
  { plan: given }: Pick<LiveOptions, 'plan'>,
): DoctorFinding[] {
  const shares = given ?? { instances: 1 }
  const [tightest] = limits
    .map((limit) => ({ limit, plan: planConnections({ ...limit, ...shares }) }))
    .toSorted((one, other) => one.plan.usable - other.plan.usable)
  if (tightest === undefined || poolMax <= tightest.plan.perPool) return []
  const { limit, plan } = tightest
  const free = planConnections({ ...limit, ...shares, headroom: 0 }).usable
  const wanted = plan.pools * poolMax
  const evidence = {
    ...evidenceOf(plan, shares),
    poolMax,
    wanted,
    limit: limit.name,
    maxConnections: limit.maxConnections,
    superuserReserved: limit.superuserReserved,
    reserved: limit.reserved,
    otherClients: limit.otherClients,
    usable: plan.usable,
    perPool: plan.perPool,
  }
  const sum = `${shownShares(plan, shares, poolMax)} ask for ${plural(wanted, 'connection')}${given === undefined ? ' (of how many instances was not said: `--instances`)' : ''}`
  const room = `${limit.shown}${shownTaken(limit)} leaves ${free}`
  if (wanted > free) {
    const message = `${sum}; ${room}, of which ${plan.usable} can be planned with.`
    return [found('POOL_EXCEEDS_SERVER', { message, evidence, change: shrink(plan) })]
  }
  const message = `${sum}; ${room}: it fits, and less than a tenth stays free for a migration, a queue or \`psql\`.`
  return [found('POOL_HEADROOM_SMALL', { message, evidence, change: shrink(plan) })]
}

function shownShares(plan: ConnectionPlan, shares: ConnectionShares, poolMax: number): string {
  const { processes = 1, pools = 1 } = shares
  const rollout = plan.instances - shares.instances
  return [
    plural(plan.instances, 'instance') + (rollout > 0 ? ` (${rollout} of them for a rollout)` : ''),
    ...(processes > 1 ? [`${processes} processes`] : []),
    ...(pools > 1 ? [`${pools} pools`] : []),
    `${poolMax} in a pool`,
  ].join(' × ')
}

function evidenceOf(
  plan: ConnectionPlan,
  { instances, processes = 1, pools = 1 }: ConnectionShares,
): DoctorFinding['evidence'] {
  return { instances, surge: plan.instances - instances, processes, poolsPerProcess: pools }
}

/** What of a limit is not the application's: ``, less 3 reserved and 4 of others (…)``. */
function shownTaken({ superuserReserved, reserved, others }: Limit): string {
  const kept = superuserReserved + reserved
  const parts = [
    ...(kept > 0 ? [`${kept} reserved`] : []),
    ...(others.length > 0
      ? [
          `${others.length} of others (${listed(
            countBy(others, ({ application, role }) => programOf(application) || role).map(
              ([name, count]) => `${inCode(name)} ${count}`,
            ),
            3,
          )})`,
        ]
      : []),
  ]
  return parts.length > 0 ? `, less ${parts.join(' and ')},` : ''
}

function shrink({ perPool, pools, usable }: ConnectionPlan): string {
  if (perPool === 1) {
    return 'Put a pooler in transaction mode in between. Without one, `max` of each pool may be 1 at most, and every query then waits for an interactive transaction to end, one from within its callback for ever.'
  }
  if (perPool > 1) {
    return `Set \`max\` of each pool to at most ${perPool} (\`pgPool(url, { max: ${perPool} })\`), or put a pooler in transaction mode in between.`
  }
  return `${plural(pools, 'pool')} cannot share ${plural(usable, 'connection')}: put a pooler in transaction mode in between, or start fewer instances and processes.`
}

function judgeHeld(limit: Limit): DoctorFinding[] {
  const room = limit.maxConnections - limit.superuserReserved - limit.reserved
  if (room <= 0 || limit.held < room * NEARLY) return []
  return [
    found('CONNECTIONS_NEARLY_USED_UP', {
      message: `${limit.held} of the ${room} connections that ${limit.shown} leaves to applications are taken now. The next ${Math.max(0, room - limit.held)} are the last; then new ones fail with 53300.`,
      evidence: { held: limit.held, room, limit: limit.name, maxConnections: limit.maxConnections },
      change:
        'See below who holds them, and lower `max` there, or close what is idle for long: `idle_session_timeout` for people and tools, `idleTimeoutMs` of `pgPool()` for the application.',
    }),
  ]
}
