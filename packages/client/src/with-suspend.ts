import { bound, carriedOver, type Adapter, type Transaction } from './driver-adapter.ts'
import { requireNumber, requireType } from './options.ts'
import { retriesOf } from './retried.ts'
import { SuspendedPool, type SuspendSettings } from './suspended-pool.ts'
import { wrapFactory } from './wrap-factory.ts'

/** Options of `withSuspend`. */
export interface SuspendOptions {
  /**
   * Asks the platform to keep the instance alive until the promise has settled. What it throws, or
   * rejects with, is a warning, and no more.
   *
   * @default the `waitUntil` of the request that Vercel serves; none outside of a request
   */
  readonly waitUntil?: (task: Promise<void>) => unknown
  /**
   * When the driver closes a connection that nobody uses, in milliseconds. Give it where the driver
   * does not tell: mariadb's `idleTimeout`, which is in seconds. `0` means never.
   *
   * @default the idle timeout of the pool of pg or neon, else 10_000
   */
  readonly idleTimeoutMs?: number
  /**
   * The function of this name in `@vercel/functions`, to be called once for each pool in place of
   * the waiting here. It knows one timer for all pools, and no pool of `@prisma/adapter-mariadb`.
   */
  readonly attachDatabasePool?: (pool: never) => unknown
}

/**
 * Wraps a driver adapter for functions that the platform may freeze between two requests. Before a
 * freeze, it asks the platform to wait until the pool has closed its idle connections. After one, it
 * closes those that were idle for too long before a query can take them, so that the first query
 * works, be it a read or a write.
 *
 * An adapter without a pool is left as it is.
 *
 * @example
 * new PrismaClient({ adapter: observe(withRetry(withSuspend(new PrismaPg(config, options)))) })
 *
 * @throws OnePrismaError `INVALID_OPTION`
 */
export function withSuspend<Factory extends object>(
  factory: Factory,
  options: SuspendOptions = {},
): Factory {
  const { waitUntil, idleTimeoutMs, attachDatabasePool } = options
  if (waitUntil !== undefined) requireType('waitUntil', waitUntil, 'function')
  if (idleTimeoutMs !== undefined) requireNumber('idleTimeoutMs', idleTimeoutMs, 0)
  if (attachDatabasePool !== undefined) {
    requireType('attachDatabasePool', attachDatabasePool, 'function')
  }
  const settings = { ...options }
  const wrapped = wrapFactory(factory, 'withSuspend', async (original) =>
    suspendable(await original.connect(), settings),
  )
  return Object.assign(wrapped, retriesOf(factory))
}

function suspendable(original: Adapter, settings: SuspendSettings): Adapter {
  const driverPool = original.underlyingDriver?.()
  if (driverPool === undefined) return original
  const pool = SuspendedPool.of(driverPool, settings)
  return {
    provider: original.provider,
    adapterName: original.adapterName,
    queryRaw: (query) => use(pool, () => original.queryRaw(query)),
    executeRaw: (query) => use(pool, () => original.executeRaw(query)),
    executeScript: (script) => use(pool, () => original.executeScript(script)),
    startTransaction: async (isolationLevel) => {
      await pool.before()
      try {
        return transactionOf(await original.startTransaction(isolationLevel), pool)
      } catch (error) {
        pool.after()
        throw error
      }
    },
    dispose: async () => {
      await original.dispose()
      pool.closed()
    },
    ...carriedOver(original),
    ...bound(original, ['getConnectionInfo', 'underlyingDriver']),
  }
}

function transactionOf(original: Transaction, pool: SuspendedPool): Transaction {
  return {
    provider: original.provider,
    adapterName: original.adapterName,
    options: original.options,
    queryRaw: (query) => original.queryRaw(query),
    executeRaw: (query) => original.executeRaw(query),
    commit: () => giveBack(pool, () => original.commit()),
    rollback: () => giveBack(pool, () => original.rollback()),
    ...bound(original, ['createSavepoint', 'rollbackToSavepoint', 'releaseSavepoint']),
  }
}

async function use<Result>(pool: SuspendedPool, run: () => Promise<Result>): Promise<Result> {
  const thawing = pool.before()
  if (thawing !== undefined) await thawing
  return giveBack(pool, run)
}

// A driver tells of a release in the context of whoever opened the connection, which may be a request
// that has ended. Here, it is the context of the request that ran the statement.
async function giveBack<Result>(pool: SuspendedPool, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run()
  } finally {
    pool.after()
  }
}
