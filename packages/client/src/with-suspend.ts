import { bound, isAdapterFactory, type Adapter, type AdapterFactory } from './driver-adapter.ts'
import { isPgPool, type DriverPool } from './driver-pool.ts'
import { OnePrismaError } from './errors.ts'
import { requireNumber, requireType } from './options.ts'
import { vercelRequest } from './request-context.ts'
import { Suspension } from './suspension.ts'
import { Thaw } from './thaw.ts'

/** Options of `withSuspend`. */
export interface SuspendOptions {
  /**
   * Keeps the instance from being suspended until a promise settles. Is called in the request that
   * has used a connection.
   *
   * @default that of Vercel's request, where there is one
   */
  readonly waitUntil?: (promise: Promise<unknown>) => unknown
  /**
   * Takes the pool in place of `waitUntil`, once, as `attachDatabasePool` of `@vercel/functions` does.
   * Where it throws, as that one does for pools of mariadb, `waitUntil` is used.
   */
  readonly attachPool?: (pool: never) => unknown
  /**
   * When the pool closes a connection that nobody uses, in milliseconds, for pools that do not tell:
   * those of mariadb.
   *
   * @default what the pool tells, else 10_000
   */
  readonly idleTimeoutMs?: number
}

// pg's own default.
const IDLE_TIMEOUT_MS = 10_000
// mariadb looks for idle connections twice a second.
const REAPING_MS = 500
// Which connections to trust where the pool keeps them for ever.
const STALE_AFTER_MS = 60_000

// The digit is the version of what the pool carries: another copy of this package may read it.
const SUSPENDED: unique symbol = Symbol.for('@oneprisma/client/suspend/1')

/** A pool that tells when a connection comes back. */
interface ReleasingPool {
  on(event: 'release' | 'remove', listener: (error?: unknown) => void): unknown
  [SUSPENDED]?: { readonly thaw: Thaw | undefined }
}

/**
 * Wraps a driver adapter for functions, whose process is suspended between requests.
 *
 * Before: each pool, by its own idle timeout, asks the platform to wait until its idle connections
 * have closed, so that a suspended process leaves none open at the server. Afterwards: connections
 * that died, or ought to have been closed, meanwhile are evicted before the first query.
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
  if (!isAdapterFactory(factory)) {
    throw new OnePrismaError(
      'INVALID_OPTION',
      'Expected `withSuspend` to get a driver adapter, such as `new PrismaPg()`.',
    )
  }
  const { waitUntil, attachPool, idleTimeoutMs } = options
  if (waitUntil !== undefined) requireType('waitUntil', waitUntil, 'function')
  if (attachPool !== undefined) requireType('attachPool', attachPool, 'function')
  if (idleTimeoutMs !== undefined) requireNumber('idleTimeoutMs', idleTimeoutMs, 0)
  const original: AdapterFactory = factory
  const wrapped: AdapterFactory = {
    provider: original.provider,
    adapterName: original.adapterName,
    connect: async () => suspendable(await original.connect(), options),
    ...bound(original, ['connectToShadowDb']),
  }
  // The wrapper has every public member of a driver adapter factory; Prisma uses no other.
  return wrapped as unknown as Factory
}

function suspendable(original: Adapter, options: SuspendOptions): Adapter {
  const pool = original.underlyingDriver?.()
  if (pool === undefined || !tellsReleases(pool)) return original

  // One that several adapters use is made so once.
  const { thaw } = (pool[SUSPENDED] ??= suspend(pool, options))
  if (thaw === undefined) return original

  const thawed = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    const thawing = thaw.before()
    if (thawing !== undefined) await thawing
    return run()
  }
  return {
    provider: original.provider,
    adapterName: original.adapterName,
    queryRaw: (query) => thawed(() => original.queryRaw(query)),
    executeRaw: (query) => thawed(() => original.executeRaw(query)),
    executeScript: (script) => thawed(() => original.executeScript(script)),
    startTransaction: (isolationLevel) => thawed(() => original.startTransaction(isolationLevel)),
    dispose: () => original.dispose(),
    ...bound(original, ['getConnectionInfo', 'underlyingDriver']),
  }
}

/** Makes a pool ask for time when a connection comes back, and fit for use after a freeze. */
function suspend(
  pool: DriverPool & ReleasingPool,
  options: SuspendOptions,
): { readonly thaw: Thaw | undefined } {
  const idleTimeoutMs = options.idleTimeoutMs ?? idleTimeoutOf(pool)
  const isAttached = options.attachPool !== undefined && attach(pool, options.attachPool)
  // A pool that keeps its connections for ever would have nothing to wait for.
  if (!isAttached && idleTimeoutMs > 0) askForTime(pool, idleTimeoutMs, options.waitUntil)
  // The driver of MariaDB pings a connection that was idle for half a second before it uses it.
  return { thaw: isPgPool(pool) ? new Thaw(pool, idleTimeoutMs || STALE_AFTER_MS) : undefined }
}

function askForTime(
  pool: DriverPool & ReleasingPool,
  idleTimeoutMs: number,
  waitUntil: SuspendOptions['waitUntil'],
): void {
  const suspension = new Suspension(idleTimeoutMs + (isPgPool(pool) ? 0 : REAPING_MS))
  pool.on('release', () => {
    if (waitUntil !== undefined) {
      suspension.hold({ waitUntil }, undefined)
      return
    }
    const request = vercelRequest()
    if (request !== undefined) suspension.hold(request.context, request.owner)
  })
  pool.on('remove', () => {
    if (isPgPool(pool) && pool.totalCount === 0) suspension.end()
  })
}

function attach(pool: DriverPool, attachPool: (pool: never) => unknown): boolean {
  try {
    // The function says itself which pools it takes, and throws for others.
    attachPool(pool as never)
    return true
  } catch {
    return false
  }
}

function idleTimeoutOf(pool: DriverPool): number {
  const known = isPgPool(pool) ? pool.options['idleTimeoutMillis'] : undefined
  return typeof known === 'number' ? known : IDLE_TIMEOUT_MS
}

function tellsReleases(pool: DriverPool): pool is DriverPool & ReleasingPool {
  return 'on' in pool && typeof pool.on === 'function'
}
