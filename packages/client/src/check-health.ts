import { isEnding } from './ending.ts'
import { isOnePrismaError } from './errors.ts'
import { requireNumber } from './options.ts'
import type { Slot } from './slot.ts'
import { requireSlot } from './status.ts'
import { settlesWithin } from './timeout.ts'

/** Options of `checkHealth`. */
export interface HealthOptions<Client extends object = object> {
  /**
   * How long the query of one check may take, the wait for a connection included, in milliseconds.
   *
   * @default 2_000
   */
  readonly timeoutMs?: number
  /**
   * How many checks in a row must fail before a client that was ready is `unavailable`.
   *
   * @default 3
   */
  readonly failureThreshold?: number
  /**
   * How many checks in a row must succeed before a client that was not ready is `ready`.
   *
   * @default 1
   */
  readonly recoveryThreshold?: number
  /**
   * The query that is asked.
   *
   * @default `SELECT 1`, and a `ping` where the client has no SQL
   */
  readonly query?: (prisma: Client) => PromiseLike<unknown>
}

/** What a check found: plain data, without a secret. */
export interface Health {
  /** `unknown` until the first check has ended well or failed often enough. */
  readonly state: 'unknown' | 'ready' | 'unavailable' | 'draining'
  /** How long the query took, in milliseconds; `undefined` if it failed or was not asked. */
  readonly latencyMs: number | undefined
  readonly failuresInARow: number
  /** The code of the error, or its name; `TIMEOUT` where the query took too long. */
  readonly reason: string | undefined
}

interface Probe {
  state: Exclude<Health['state'], 'draining'>
  successesInARow: number
  failuresInARow: number
  latencyMs: number | undefined
  reason: string | undefined
  /** The check in flight; those who ask at the same time share it, and count once. */
  check: Promise<void> | undefined
  /** The query in flight; it may outlive its check, and none is asked beside it. */
  query: Promise<unknown> | undefined
}

// Shared by every copy of this package, as the registry is.
const PROBES: unique symbol = Symbol.for('@oneprisma/client/1/health')
type GlobalWithProbes = typeof globalThis & { [PROBES]?: WeakMap<Slot, Probe> }

/**
 * Asks the database a real query, within a bound of its own, and tells whether the process is ready
 * to work with it. `$connect()` would prove nothing: it resolves while the server is down.
 *
 * A client that drains is `draining` without a query. So is every client, while it still works, from
 * the signal on that `closeOnSignal` or `closeWithNext` has heard. Checks at the same time share one
 * query, and while one is still running past its bound, no other is asked.
 *
 * @throws OnePrismaError `NOT_A_SHARED_CLIENT`, `INVALID_OPTION`; what the query fails with is told,
 * not thrown
 */
export async function checkHealth<Client extends object>(
  prisma: Client,
  options: HealthOptions<Client> = {},
): Promise<Health> {
  const { timeoutMs = 2_000, failureThreshold = 3, recoveryThreshold = 1, query = ask } = options
  requireNumber('timeoutMs', timeoutMs, 1)
  requireNumber('failureThreshold', failureThreshold, 1)
  requireNumber('recoveryThreshold', recoveryThreshold, 1)
  const slot = requireSlot(prisma)
  const probe = probeOf(slot)
  const isDraining = (): boolean =>
    isEnding() || slot.state === 'draining' || slot.state === 'drained'
  if (!isDraining()) {
    probe.check ??= runCheck(probe, async () => query(prisma), timeoutMs).finally(() => {
      probe.check = undefined
    })
    await probe.check
  }
  if (probe.failuresInARow >= failureThreshold) probe.state = 'unavailable'
  if (probe.successesInARow >= recoveryThreshold) probe.state = 'ready'
  const { latencyMs, failuresInARow, reason } = probe
  return isDraining()
    ? { state: 'draining', latencyMs: undefined, failuresInARow, reason: undefined }
    : { state: probe.state, latencyMs, failuresInARow, reason }
}

async function runCheck(
  probe: Probe,
  run: () => Promise<unknown>,
  timeoutMs: number,
): Promise<void> {
  const startedAt = performance.now()
  probe.query ??= started(probe, run)
  probe.reason = await failureOf(probe.query, timeoutMs)
  const hasFailed = probe.reason !== undefined
  probe.latencyMs = hasFailed ? undefined : performance.now() - startedAt
  probe.failuresInARow = hasFailed ? probe.failuresInARow + 1 : 0
  probe.successesInARow = hasFailed ? 0 : probe.successesInARow + 1
}

function probeOf(slot: Slot): Probe {
  const host: GlobalWithProbes = globalThis
  const probes = (host[PROBES] ??= new WeakMap())
  const known = probes.get(slot)
  if (known !== undefined) return known

  const probe: Probe = {
    state: 'unknown',
    successesInARow: 0,
    failuresInARow: 0,
    latencyMs: undefined,
    reason: undefined,
    check: undefined,
    query: undefined,
  }
  probes.set(slot, probe)
  return probe
}

function started(probe: Probe, run: () => Promise<unknown>): Promise<unknown> {
  const running = run().finally(() => {
    probe.query = undefined
  })
  // Whoever waits for it hears of its failure; it may be that nobody does any more.
  running.catch(() => {})
  return running
}

/** Why a query did not succeed in time, or `undefined`. */
async function failureOf(
  running: Promise<unknown>,
  timeoutMs: number,
): Promise<string | undefined> {
  try {
    return (await settlesWithin(running, timeoutMs)) ? undefined : 'TIMEOUT'
  } catch (error) {
    if (isOnePrismaError(error)) return error.code
    if (!(error instanceof Error)) return typeof error
    const code: unknown = Reflect.get(error, 'code')
    return typeof code === 'string' ? code : error.name
  }
}

function ask(prisma: object): PromiseLike<unknown> {
  const client: {
    $queryRawUnsafe?: (sql: string) => PromiseLike<unknown>
    $runCommandRaw?: (command: object) => PromiseLike<unknown>
  } = prisma
  return (
    client.$queryRawUnsafe?.('SELECT 1') ??
    client.$runCommandRaw?.({ ping: 1 }) ??
    Promise.reject(new TypeError('Expected a `query` for a client that has no raw queries.'))
  )
}
