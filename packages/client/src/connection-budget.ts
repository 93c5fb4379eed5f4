/** What a database can take, and who shares it. Numbers are whole, but for `headroom`. */
export interface ConnectionBudget extends ConnectionLimit, ConnectionShares {}

/** What a PostgreSQL server can take, beside what others use of it. */
export interface ConnectionLimit {
  /** `max_connections` of the server; behind a pooler, what the pooler takes of clients. */
  readonly maxConnections: number
  /**
   * `superuser_reserved_connections` of the server.
   *
   * @default 3
   */
  readonly superuserReserved?: number
  /**
   * `reserved_connections` of the server (PostgreSQL 16 and later), or what a provider keeps.
   *
   * @default 0
   */
  readonly reserved?: number
  /**
   * Connections of everything else on the server: other applications, queues with pools of their
   * own, replication, dashboards, `psql`.
   *
   * @default 0
   */
  readonly otherClients?: number
  /**
   * The share of what is left, from 0 up to less than 1, that nobody may plan with.
   *
   * @default 0.1
   */
  readonly headroom?: number
}

/** How many pools share a budget. */
export interface ConnectionShares {
  /** Instances of the application (pods, containers, dynos), at the most that scaling may start. */
  readonly instances: number
  /**
   * Instances that a rollout adds, for the old and the new release run side by side.
   *
   * @default as many as `instances`: every old one may still be finishing when all new ones have
   * started, as in a blue/green deployment
   */
  readonly surge?: number
  /**
   * Node.js processes of an instance: workers of `cluster` or PM2, and worker threads, for each has
   * pools of its own.
   *
   * @default 1
   */
  readonly processes?: number
  /**
   * Pools of a process on this database: one for each shared client.
   *
   * @default 1
   */
  readonly pools?: number
}

/** How a budget is shared out. */
export interface ConnectionPlan {
  /** Connections that can be shared out. Never below 0. */
  readonly usable: number
  /** Instances while a rollout is under way. */
  readonly instances: number
  /** Pools while a rollout is under way. */
  readonly pools: number
  /** The most connections that a pool may open. 0 where there are more pools than connections. */
  readonly perPool: number
  /** What all pools open together at the most. Never above `usable`. */
  readonly total: number
  /** Whether each pool gets a connection. One that gets a single one cannot query beside an interactive transaction. */
  readonly fits: boolean
}

const DEFAULT_SUPERUSER_RESERVED = 3
const DEFAULT_HEADROOM = 0.1

/** Shares out the connections of a database among the pools that there are during a rollout. */
export function planConnections(budget: ConnectionBudget): ConnectionPlan {
  const { superuserReserved = DEFAULT_SUPERUSER_RESERVED, reserved = 0, otherClients = 0 } = budget
  const { headroom = DEFAULT_HEADROOM, surge = budget.instances } = budget
  const { processes = 1, pools: poolsPerProcess = 1 } = budget
  const free = Math.max(0, budget.maxConnections - superuserReserved - reserved - otherClients)
  // Rounded up, but not for what binary fractions add to a product.
  const usable = free - Math.ceil(free * headroom - 1e-6)
  const instances = budget.instances + surge
  const pools = instances * processes * poolsPerProcess
  const perPool = Math.floor(usable / pools)
  return { usable, instances, pools, perPool, total: perPool * pools, fits: perPool >= 1 }
}
