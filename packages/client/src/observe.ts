import {
  bound,
  isAdapterFactory,
  type Adapter,
  type AdapterFactory,
  type Queryable,
  type Transaction,
} from './driver-adapter.ts'
import { refuseMisdirectedPool, type DriverPool } from './driver-pool.ts'
import type { Observation } from './observation.ts'
import { OnePrismaError } from './errors.ts'
import { guardReleases } from './release-guard.ts'

/**
 * Wraps a driver adapter by delegation. Every call is made on the original object, because adapters
 * use private fields that a `Proxy` could not reach, and optional members exist only where the
 * original has them, because Prisma asks for their presence.
 *
 * @internal
 */
export function observe<Factory extends object>(
  factory: Factory,
  observation: Observation,
): Factory {
  const original = requireAdapterFactory(factory)
  observation.isObserved = true
  const wrapped: AdapterFactory = {
    provider: original.provider,
    adapterName: original.adapterName,
    connect: async () => {
      refuseClosed(observation)
      return observeAdapter(await original.connect(), observation)
    },
    ...bound(original, ['connectToShadowDb']),
  }
  // The wrapper has every public member of a driver adapter factory; Prisma uses no other.
  return wrapped as unknown as Factory
}

/**
 * Throws for anything but a driver adapter.
 *
 * @internal
 */
export function requireAdapterFactory(factory: object): AdapterFactory {
  if (isAdapterFactory(factory)) return factory
  throw new OnePrismaError(
    'INVALID_OPTION',
    'Expected `observe` to get a driver adapter, such as `new PrismaPg()`.',
  )
}

/**
 * Throws if a client connects that was closed for good.
 *
 * @internal
 */
export function refuseClosed(observation: Observation): void {
  if (!observation.isClosed) return
  throw new OnePrismaError('DRAINED', 'This client was closed for good. Use the shared client.')
}

/**
 * Takes the pool of an adapter, where it has one, into an observation.
 *
 * @internal
 */
export function observePool(original: Adapter, observation: Observation): DriverPool | undefined {
  const pool = original.underlyingDriver?.()
  if (pool !== undefined) {
    refuseMisdirectedPool(pool)
    guardReleases(pool, observation)
    observation.pools.add(pool)
  }
  return pool
}

function observeAdapter(original: Adapter, observation: Observation): Adapter {
  const pool = observePool(original, observation)
  return {
    ...observeQueries(original, observation),
    executeScript: (script) => counted(observation, () => original.executeScript(script)),
    startTransaction: async (isolationLevel) =>
      observeTransaction(await original.startTransaction(isolationLevel), observation),
    dispose: async () => {
      try {
        await original.dispose()
      } finally {
        if (pool !== undefined) observation.pools.delete(pool)
      }
    },
    ...bound(original, ['getConnectionInfo', 'underlyingDriver']),
  }
}

function observeTransaction(original: Transaction, observation: Observation): Transaction {
  observation.transactionsOpen++
  let isOpen = true
  const end = async (finish: () => Promise<void>): Promise<void> => {
    try {
      await finish()
    } finally {
      if (isOpen) observation.transactionsOpen--
      isOpen = false
    }
  }
  return {
    ...observeQueries(original, observation),
    options: original.options,
    commit: () => end(() => original.commit()),
    rollback: () => end(() => original.rollback()),
    ...bound(original, ['createSavepoint', 'rollbackToSavepoint', 'releaseSavepoint']),
  }
}

function observeQueries(original: Queryable, observation: Observation): Queryable {
  return {
    provider: original.provider,
    adapterName: original.adapterName,
    queryRaw: (query) => counted(observation, () => original.queryRaw(query)),
    executeRaw: (query) => counted(observation, () => original.executeRaw(query)),
  }
}

async function counted<Result>(
  observation: Observation,
  run: () => Promise<Result>,
): Promise<Result> {
  const startedAt = observation.started()
  let hasFailed = true
  try {
    const result = await run()
    hasFailed = false
    return result
  } finally {
    observation.ended(performance.now() - startedAt, hasFailed)
  }
}
