import { bound, carriedOver, type Adapter } from './driver-adapter.ts'
import { OnePrismaError } from './errors.ts'
import { FleetMember, type FleetSettings } from './fleet-member.ts'
import { isGatedPool } from './fleet-pool.ts'
import { refuse, requireNumber, requireType } from './options.ts'
import { retriesOf } from './retried.ts'
import { wrapFactory } from './wrap-factory.ts'

/** Options of `withFleet`. */
export interface FleetOptions {
  /**
   * The most connections that all processes of the fleet may have together, from 2 up. Give the same
   * number to all of them: a process uses no slot beyond its own.
   */
  readonly budget: number
  /**
   * Which fleet it is, of several that share one database. A fleet is of one database of one server.
   *
   * @default 'default'
   */
  readonly name?: string
  /**
   * When a connection that nobody uses is closed, in milliseconds, where the pool does not do so
   * earlier. Where less than a quarter of the budget is free, it is closed the sooner, the less is
   * free, and after 1,000 at the soonest.
   *
   * @default 10_000
   */
  readonly idleTimeoutMs?: number
  /**
   * When the server ends a session that sends nothing, in milliseconds: this is how the connections
   * of a process that is frozen come back. From PostgreSQL 14 on; where the server, the database or
   * the role has a limit of its own, that counts.
   *
   * @default 20_000 more than `idleTimeoutMs`
   */
  readonly sessionTimeoutMs?: number
  /**
   * The same for a session inside of a transaction, in milliseconds.
   *
   * @default 60_000
   */
  readonly transactionTimeoutMs?: number
}

const DEFAULT_IDLE_TIMEOUT_MS = 10_000
const SESSION_LASTS_LONGER_MS = 20_000

/**
 * Wraps a driver adapter of PostgreSQL, so that all processes that give the same name keep the sum of
 * their connections to one database within one budget, as they come and go, and share it fairly. They
 * find each other through advisory locks that their connections hold: nothing has to be installed.
 *
 * @example
 * new PrismaClient({ adapter: observe(withRetry(withFleet(new PrismaPg(config, options), { budget: 80 }))) })
 *
 * @throws OnePrismaError `INVALID_OPTION`, and `FLEET_UNSUPPORTED` when it connects
 */
export function withFleet<Factory extends object>(
  factory: Factory,
  options: FleetOptions,
): Factory {
  const settings = settingsOf(options)
  const wrapped = wrapFactory(factory, 'withFleet', async (original) =>
    fleetAdapter(await original.connect(), settings),
  )
  return Object.assign(wrapped, retriesOf(factory))
}

function settingsOf(options: FleetOptions): FleetSettings {
  const { budget, name = 'default', idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS } = options
  const { sessionTimeoutMs = idleTimeoutMs + SESSION_LASTS_LONGER_MS } = options
  const { transactionTimeoutMs = 60_000 } = options
  if (!(Number.isInteger(budget) && budget > 1 && budget < 2 ** 31)) {
    refuse('budget', 'a whole number from 2 up', budget)
  }
  requireType('name', name, 'string')
  requireNumber('idleTimeoutMs', idleTimeoutMs, 1)
  // The server must not end what the pool still takes for alive.
  requireNumber('sessionTimeoutMs', sessionTimeoutMs, idleTimeoutMs)
  requireNumber('transactionTimeoutMs', transactionTimeoutMs, 1)
  return { budget, name, idleTimeoutMs, sessionTimeoutMs, transactionTimeoutMs }
}

async function fleetAdapter(original: Adapter, settings: FleetSettings): Promise<Adapter> {
  const pool = original.underlyingDriver?.()
  if (pool === undefined || !isGatedPool(pool)) {
    await original.dispose()
    throw new OnePrismaError(
      'FLEET_UNSUPPORTED',
      `The adapter ${String(original.adapterName)} has no pool of pg. A fleet needs \`@prisma/adapter-pg\`.`,
    )
  }
  const member = FleetMember.of(pool, settings)
  return {
    provider: original.provider,
    adapterName: original.adapterName,
    queryRaw: (query) => explained(member, original.queryRaw(query)),
    executeRaw: (query) => explained(member, original.executeRaw(query)),
    executeScript: (script) => explained(member, original.executeScript(script)),
    startTransaction: (isolationLevel) =>
      explained(member, original.startTransaction(isolationLevel)),
    dispose: async () => {
      const disposed = original.dispose()
      member.stop()
      await disposed
    },
    ...carriedOver(original),
    ...bound(original, ['getConnectionInfo', 'underlyingDriver']),
  }
}

async function explained<Result>(member: FleetMember, answer: Promise<Result>): Promise<Result> {
  try {
    return await answer
  } catch (error) {
    throw member.explain(error)
  }
}
