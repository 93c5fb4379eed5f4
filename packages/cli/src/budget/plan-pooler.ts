import type { ConnectionPlan } from '../../../client/src/connection-budget.ts'
import type { BudgetInput } from './budget-input.ts'
import type { HostedPooler } from './provider-limits.ts'

/** A pooler between the pools of the processes and the server, and what each side is set to. */
export interface PoolerPlan {
  /** `max` of each pool, which now counts connections to the pooler. */
  readonly clientMax: number
  /** Connections of all pools to the pooler during a rollout. */
  readonly clients: number
  /** Connections to the server that they share. */
  readonly usable: number
  /** Undefined where the server has fewer connections than there would have to be PgBouncers. */
  readonly pgbouncer: PgBouncerPlan | undefined
  /** Undefined where another provider's pooler takes its place. */
  readonly rdsProxy: RdsProxyPlan | undefined
  /** The pooler that comes with the provider. */
  readonly hosted: HostedPlan | undefined
}

/** Settings by the names of `pgbouncer.ini`, for each of the processes. */
export interface PgBouncerPlan {
  readonly processes: number
  readonly max_client_conn: number
  readonly default_pool_size: number
  readonly max_db_connections: number
  /** In seconds. */
  readonly query_wait_timeout: number
  /** Open files that the process may need: `LimitNOFILE` of systemd, `ulimit -n`. */
  readonly files: number
}

/** Settings by the names of its API. */
export interface RdsProxyPlan {
  readonly MaxConnectionsPercent: number
  /** In seconds. */
  readonly ConnectionBorrowTimeout: number
}

export interface HostedPlan extends HostedPooler {
  /** Whether it takes the connections of all pools. */
  readonly fits: boolean
}

/** Connections that let a query run beside an interactive transaction. */
export const ENOUGH_FOR_A_POOL = 2

// As many as the hosted PgBouncer of Neon takes. One process uses one core.
const CLIENTS_OF_ONE = 10_000
// A load balancer does not spread connections evenly.
const UNEVENNESS = 1.25
// What `pgPool` opens by default in a server, and what keeps a request moving beside a transaction.
const MOST_OF_A_POOL = 10
const LEAST_OF_A_POOL = 3
// A query that waits at the pooler for a connection waits as long as one that waits in the pool.
const WAIT_S = 10
// Sockets that it listens on, its log, and the admin console.
const FILES_OF_ITS_OWN = 50

/** Plans for a pooler in transaction mode, with the same connections and pools. */
export function planPooler(input: BudgetInput, plan: ConnectionPlan): PoolerPlan {
  const hosted = input.provider?.pooler
  const ofHosted = Math.floor((hosted?.clients ?? 0) / plan.pools)
  const fits = ofHosted >= ENOUGH_FOR_A_POOL
  const ofOwn = Math.max(Math.floor(CLIENTS_OF_ONE / plan.pools), LEAST_OF_A_POOL)
  const clientMax = Math.min(fits ? ofHosted : ofOwn, MOST_OF_A_POOL)
  const clients = plan.pools * clientMax
  return {
    clientMax,
    clients,
    usable: plan.usable,
    pgbouncer: planPgBouncer(clients, plan.usable),
    rdsProxy: hosted ? undefined : planRdsProxy(plan.usable, input.limit.maxConnections),
    hosted: hosted && { ...hosted, fits },
  }
}

function planRdsProxy(usable: number, maxConnections: number): RdsProxyPlan {
  const share = Math.floor((100 * usable) / maxConnections)
  return { MaxConnectionsPercent: Math.max(share, 1), ConnectionBorrowTimeout: WAIT_S }
}

function planPgBouncer(clients: number, usable: number): PgBouncerPlan | undefined {
  const processes = Math.ceil(clients / CLIENTS_OF_ONE)
  const size = Math.floor(usable / processes)
  if (size < 1) return undefined
  const spread = processes === 1 ? clients : Math.ceil((clients / processes) * UNEVENNESS)
  return {
    processes,
    max_client_conn: spread,
    default_pool_size: size,
    max_db_connections: size,
    query_wait_timeout: WAIT_S,
    files: spread + size + FILES_OF_ITS_OWN,
  }
}
