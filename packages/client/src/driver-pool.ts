import { OnePrismaError, type OnePrismaErrorCode } from './errors.ts'

/** The numbers of a connection pool, a snapshot: idle and used may not add up to the total. */
export interface PoolStatus {
  /** The most connections that the pool may open, or `undefined` where the driver does not tell. */
  readonly max: number | undefined
  /** Connections open now. */
  readonly total: number
  /** Connections open and not in use. */
  readonly idle: number
  /** Callers that wait for a connection. */
  readonly waiting: number
}

/** A driver's pool, as its adapter hands it out through `underlyingDriver()`. */
export type DriverPool = object

/**
 * What is used of a pool of pg or neon.
 *
 * @internal
 */
export interface PgPool {
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
  readonly options: Readonly<Record<string, unknown>>
  on(event: string, listener: (...args: never[]) => void): unknown
}

/**
 * What is used of a pool of mariadb.
 *
 * @internal
 */
export interface MariaDbPool {
  totalConnections(): number
  idleConnections(): number
  taskQueueSize(): number
}

interface TarnPool {
  readonly size: number
  readonly available: number
  readonly pending: number
}

/**
 * Reads the numbers of a pool of pg or neon, mariadb, or mssql; `undefined` for anything else.
 *
 * @internal
 */
export function poolStatus(pool: DriverPool): PoolStatus | undefined {
  if (isPgPool(pool)) {
    const max = pool.options['max']
    return {
      max: typeof max === 'number' ? max : undefined,
      total: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }
  }
  if (isMariaDbPool(pool)) {
    return {
      max: undefined,
      total: pool.totalConnections(),
      idle: pool.idleConnections(),
      waiting: pool.taskQueueSize(),
    }
  }
  if (isTarnPool(pool)) {
    return { max: undefined, total: pool.size, idle: pool.available, waiting: pool.pending }
  }
  return undefined
}

/**
 * Adds up the pools of one client; `undefined` where none of them tells its numbers.
 *
 * @internal
 */
export function sumOfPools(pools: Iterable<DriverPool>): PoolStatus | undefined {
  const known = [...pools].map(poolStatus).filter((one) => one !== undefined)
  return known.length === 0
    ? undefined
    : known.reduce((sum, one) => ({
        max: sum.max && one.max && sum.max + one.max,
        total: sum.total + one.total,
        idle: sum.idle + one.idle,
        waiting: sum.waiting + one.waiting,
      }))
}

/**
 * Throws if an adapter for pg made a pool that would connect to 127.0.0.1 behind the user's back.
 * No connection has been opened by then.
 *
 * @internal
 */
export function refuseMisdirectedPool(pool: DriverPool): void {
  if (!isPgPool(pool)) return
  const { options } = pool

  if ('pool' in options) {
    throw misdirected('POOL_WRAPPED', '`{ pool }`', 'Write `new PrismaPg(pool)`')
  }
  if ('_clients' in options) {
    throw misdirected(
      'POOL_FOREIGN_COPY',
      'a pool of another copy of `pg`',
      'Keep one copy (`npm ls pg`), or pass settings instead of a pool',
    )
  }
  if (namesNoServer(options)) {
    throw misdirected(
      'CONNECTION_STRING_MISSING',
      'no connection string',
      'Set DATABASE_URL before the first query',
    )
  }
}

function misdirected(code: OnePrismaErrorCode, what: string, remedy: string): OnePrismaError {
  return new OnePrismaError(
    code,
    `The adapter got ${what}, and would connect to 127.0.0.1. ${remedy}.`,
  )
}

function namesNoServer(options: Readonly<Record<string, unknown>>): boolean {
  const given = ['connectionString', 'host', 'port', 'user', 'database', 'password', 'stream']
  if (given.some((name) => options[name] !== undefined)) return false

  return !['PGHOST', 'PGPORT', 'PGUSER', 'PGDATABASE'].some((name) => process.env[name])
}

/**
 * Tells a pool of pg or neon from the pools of other drivers.
 *
 * @internal
 */
export function isPgPool(pool: object): pool is PgPool {
  return 'totalCount' in pool && 'waitingCount' in pool && 'options' in pool
}

/**
 * Tells a pool of mariadb from the pools of other drivers.
 *
 * @internal
 */
export function isMariaDbPool(pool: object): pool is MariaDbPool {
  return 'totalConnections' in pool && 'taskQueueSize' in pool
}

function isTarnPool(pool: object): pool is TarnPool {
  return 'size' in pool && 'available' in pool && 'pending' in pool
}
