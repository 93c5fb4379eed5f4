import { backoffMs } from './backoff.ts'
import { classifyError, type DatabaseErrorKind } from './classify-error.ts'
import type { Adapter } from './driver-adapter.ts'
import { isPgPool, poolStatus, type PoolStatus } from './driver-pool.ts'
import { evictIdle } from './evict-idle.ts'
import { callHook } from './hook.ts'
import { Outage } from './outage.ts'
import { RetryBudget } from './retry-budget.ts'

/** A statement that is about to be tried again. */
export interface RetryEvent {
  readonly kind: DatabaseErrorKind
  /** What is tried again: a `SELECT`, a statement that was not sent, or the start of a transaction. */
  readonly statement: 'read' | 'unsent' | 'begin'
  /** The number of the attempt that failed, from 1. */
  readonly attempt: number
  /** The wait before the next one, in milliseconds; an outage prolongs it. */
  readonly delayMs: number
}

/** What `withRetry` was told, with its defaults. */
export interface RetrySettings {
  readonly deadlineMs: number
  readonly baseDelayMs: number
  readonly maxDelayMs: number
  readonly budgetBurst: number
  readonly budgetPerSecond: number
  readonly onRetry?: (event: RetryEvent) => unknown
  /** Who else is told. */
  readonly telling: { readonly listener?: (event: RetryEvent) => void }
}

// How long a pool counts as saturated after a caller had waited in vain for a connection.
const SATURATED_MS = 1_000

// After these, nobody may be able to reach the server: one asks for it, and the others wait.
const OUTAGES: ReadonlySet<DatabaseErrorKind> = new Set([
  'connection_refused',
  'connection_timeout',
  'connection_lost',
  'too_many_connections',
  'server_starting',
  'server_shutdown',
  'query_timeout',
])

// Nor is it an answer to a probe that no connection was free to ask on.
const UNANSWERED: ReadonlySet<DatabaseErrorKind> = new Set([...OUTAGES, 'pool_timeout'])

// A password that is asked for may change between the question and its use.
const AUTHENTICATION_ATTEMPTS = 3

// Transient, but another attempt would only add to what causes them.
const SATURATIONS: ReadonlySet<DatabaseErrorKind> = new Set([
  'pool_timeout',
  'transaction_not_started',
])

/**
 * The retries of one connected driver adapter.
 *
 * @internal
 */
export class Retry {
  readonly #settings: RetrySettings
  readonly #adapter: Adapter
  readonly #budget: RetryBudget
  readonly #outage: Outage
  #lastOutage: unknown
  #saturatedUntil = 0
  #hasStopped = false

  constructor(adapter: Adapter, settings: RetrySettings) {
    this.#adapter = adapter
    this.#settings = settings
    this.#budget = new RetryBudget(settings.budgetBurst, settings.budgetPerSecond)
    this.#outage = new Outage(
      () => adapter.queryRaw({ sql: 'SELECT 1', args: [], argTypes: [] }),
      (error) => UNANSWERED.has(classifyError(error).kind),
      () => Math.max(1, (this.#pool()?.max ?? 4) - 1),
    )
  }

  /** Makes no further retry: the client is closed. */
  stop(): void {
    this.#hasStopped = true
  }

  /**
   * Runs a statement until it succeeds, or must not be tried again. `repeatable` tells whether it may
   * be repeated although it may have been carried out.
   */
  async run<Result>(
    attempt: () => Promise<Result>,
    repeatable: 'begin' | (() => boolean),
  ): Promise<Result> {
    const deadline = performance.now() + this.#settings.deadlineMs
    for (let number = 1; ; number++) {
      // oxlint-disable-next-line no-await-in-loop
      if (this.#outage.isOn) await this.#waitForServer(deadline)
      try {
        // oxlint-disable-next-line no-await-in-loop
        return await attempt()
      } catch (error) {
        // oxlint-disable-next-line no-await-in-loop
        await this.#before(number, error, repeatable, deadline)
      }
    }
  }

  /** Waits for the time of the next attempt, or throws the error where there must be none. */
  async #before(
    attempt: number,
    error: unknown,
    repeatable: 'begin' | (() => boolean),
    deadline: number,
  ): Promise<void> {
    const { kind, isTransient, wasSent } = classifyError(error)
    if (SATURATIONS.has(kind)) this.#saturatedUntil = performance.now() + SATURATED_MS
    if (OUTAGES.has(kind) && !this.#hasStopped) {
      this.#lastOutage = error
      this.#outage.begin()
    }
    // After a failover, a proxy or a name leads new connections to the server that writes.
    if (kind === 'read_only') await evictIdle(this.#adapter.underlyingDriver?.())
    const mayPass =
      isTransient ||
      (kind === 'authentication_failed' &&
        attempt < AUTHENTICATION_ATTEMPTS &&
        this.#hasPasswordFunction())
    if (!mayPass || this.#isSaturated()) throw error
    const statement = statementOf(wasSent, repeatable)
    if (statement === undefined) throw error

    const { baseDelayMs, maxDelayMs, onRetry, telling } = this.#settings
    const delayMs = backoffMs(attempt, baseDelayMs, maxDelayMs)
    if (performance.now() + delayMs > deadline || !this.#budget.take()) throw error
    const event: RetryEvent = { kind, statement, attempt, delayMs }
    callHook('onRetry', onRetry, event)
    telling.listener?.(event)
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    // The wait was long enough for both to change.
    if (this.#hasStopped || this.#isSaturated()) throw error
  }

  async #waitForServer(deadline: number): Promise<void> {
    if (!(await this.#outage.ends(deadline - performance.now()))) throw this.#lastOutage
  }

  #hasPasswordFunction(): boolean {
    const pool = this.#adapter.underlyingDriver?.()
    return pool !== undefined && isPgPool(pool) && typeof pool.options['password'] === 'function'
  }

  #isSaturated(): boolean {
    if (performance.now() < this.#saturatedUntil) return true
    const numbers = this.#pool()
    return numbers?.max !== undefined && numbers.waiting > numbers.max
  }

  #pool(): PoolStatus | undefined {
    const pool = this.#adapter.underlyingDriver?.()
    return pool && poolStatus(pool)
  }
}

function statementOf(
  wasSent: 'no' | 'yes' | 'unknown',
  repeatable: 'begin' | (() => boolean),
): RetryEvent['statement'] | undefined {
  if (repeatable === 'begin') return 'begin'
  if (wasSent === 'no') return 'unsent'
  return repeatable() ? 'read' : undefined
}
