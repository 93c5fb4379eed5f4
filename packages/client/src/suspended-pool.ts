import { isPgPool, poolStatus, type DriverPool } from './driver-pool.ts'
import { IdleWait, type WaitUntil } from './idle-wait.ts'
import { Thaw } from './thaw.ts'
import { warn } from './warnings.ts'

// The digit is the version of what the pool carries: another copy of this package may read it.
const STATE: unique symbol = Symbol.for('@oneprisma/client/suspend/1')

/** What `withSuspend` was told. */
export interface SuspendSettings {
  readonly idleTimeoutMs?: number
  readonly waitUntil?: WaitUntil
  readonly attachDatabasePool?: (pool: never) => unknown
}

type PoolWithState = DriverPool & { [STATE]?: SuspendedPool }

// The idle timeout that pg has by default.
const DEFAULT_IDLE_TIMEOUT_MS = 10_000

// mariadb looks for idle connections twice a second; pg has a timer for each.
const SLOWEST_REMOVAL_MS = 600
const REMOVAL_MS = 100

/**
 * What a pool needs in a process that may be frozen. A pool has one of these, however many adapters
 * use it, and however often they connect.
 *
 * @internal
 */
export class SuspendedPool {
  readonly #pool: DriverPool
  readonly #thaw: Thaw
  readonly #wait: IdleWait | undefined
  #waitUntil: WaitUntil | undefined
  #isAttached = false

  private constructor(pool: DriverPool, settings: SuspendSettings) {
    this.#pool = pool
    const idleTimeoutMs = settings.idleTimeoutMs ?? idleTimeoutOf(pool)
    // A pool without an idle timeout has nothing to wait for, and may still have been frozen.
    this.#thaw = new Thaw(pool, idleTimeoutMs || DEFAULT_IDLE_TIMEOUT_MS)
    if (idleTimeoutMs === 0) return

    this.#wait = new IdleWait(idleTimeoutMs + (isPgPool(pool) ? REMOVAL_MS : SLOWEST_REMOVAL_MS))
    if (isPgPool(pool)) pool.on('remove', () => this.closed())
  }

  static of(pool: PoolWithState, settings: SuspendSettings): SuspendedPool {
    const state = (pool[STATE] ??= new SuspendedPool(pool, settings))
    state.#use(settings)
    return state
  }

  /** What a statement has to wait for before it takes a connection; mostly nothing. */
  before(): Promise<void> | undefined {
    return this.#thaw.before()
  }

  /** A statement or a transaction has given its connection back. */
  after(): void {
    this.#thaw.used()
    if (!this.#isAttached) this.#wait?.released(this.#waitUntil)
  }

  /** A connection was closed, or all of them were. */
  closed(): void {
    if (poolStatus(this.#pool)?.total === 0) this.#wait?.end()
  }

  #use({ waitUntil, attachDatabasePool }: SuspendSettings): void {
    this.#waitUntil = waitUntil
    if (attachDatabasePool === undefined || this.#isAttached) return
    try {
      // It takes the pools of drivers that we do not import; what it cannot use, it refuses.
      attachDatabasePool(this.#pool as never)
      this.#isAttached = true
    } catch (error) {
      const kind = error instanceof Error ? error.name : typeof error
      warn(
        'ONEPRISMA_HOOK_FAILED',
        `The callback \`attachDatabasePool\` failed with ${kind}. The pool is waited for without it.`,
      )
    }
  }
}

function idleTimeoutOf(pool: DriverPool): number {
  if (!isPgPool(pool)) return DEFAULT_IDLE_TIMEOUT_MS
  const timeoutMs = pool.options['idleTimeoutMillis']
  return typeof timeoutMs === 'number' ? timeoutMs : 0
}
