import { bound, type Adapter, type Queryable, type Transaction } from './driver-adapter.ts'
import { refuseMisdirectedPool, type DriverPool } from './driver-pool.ts'
import type { Observation } from './observation.ts'
import { OnePrismaError } from './errors.ts'
import { guardReleases } from './release-guard.ts'
import { wrapFactory } from './wrap-factory.ts'

/**
 * Wraps a driver adapter, so that its connections, queries and transactions are counted, unless
 * `wrap` does that.
 *
 * @throws OnePrismaError `INVALID_OPTION`
 *
 * @internal
 */
export function observe<Factory extends object>(
  factory: Factory,
  observation: Observation,
  wrap = observeAdapter,
): Factory {
  observation.isObserved = true
  return wrapFactory(factory, 'observe', async (original) => {
    if (observation.isClosed) {
      throw new OnePrismaError('DRAINED', 'This client was closed for good. Use the shared client.')
    }
    return wrap(await original.connect(), observation)
  })
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
