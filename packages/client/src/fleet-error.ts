import { OnePrismaError } from './errors.ts'
import type { FleetPool } from './fleet-pool.ts'
import type { FleetRecord, Hindrance } from './fleet-record.ts'

/** Who waited, and in what. */
export interface Waited {
  readonly name: string
  readonly budget: number
  readonly pool: Pick<FleetPool, 'total' | 'waiting' | 'acquireTimeoutMs'>
  readonly record: Pick<FleetRecord, 'seen'>
}

/**
 * The error of a caller who has waited in vain for the fleet, in place of the one of the pool.
 *
 * @internal
 */
export function fleetError(
  { code, cause }: Hindrance,
  error: unknown,
  { name, budget, pool, record }: Waited,
): OnePrismaError {
  const view = record.seen?.view
  const numbers = `budget=${budget}, members=${view?.members ?? 0}, own=${pool.total}, free=${view?.free ?? 0}, waiting=${pool.waiting}`
  const waited = `within ${pool.acquireTimeoutMs} ms (${numbers})`
  return code === 'FLEET_FULL'
    ? new OnePrismaError(
        code,
        `Fleet "${name}" had no connection for this process ${waited}. Raise \`budget\` where the server has room, run fewer processes, or put a pooler in between.`,
        { cause: error },
      )
    : new OnePrismaError(
        code,
        `The server refused this process of fleet "${name}" a connection ${waited}. Others than the fleet hold what is missing: lower \`budget\`, or raise max_connections.`,
        { cause },
      )
}
