import { bound, carriedOver, type Adapter } from './driver-adapter.ts'
import { requireNumber, requireType } from './options.ts'
import { isPlainRead } from './plain-read.ts'
import { RETRIES, type Retried } from './retried.ts'
import { Retry, type RetryEvent, type RetrySettings } from './statement-retry.ts'
import { wrapFactory } from './wrap-factory.ts'

/** Options of `withRetry`. */
export interface RetryOptions {
  /**
   * How long after its start a statement may still be tried again, in milliseconds. The last attempt
   * may take longer: it has the bounds of the pool.
   *
   * @default 10_000
   */
  readonly deadlineMs?: number
  /**
   * The longest wait before the first retry of a statement, in milliseconds; it doubles with each
   * one, and is random below that.
   *
   * @default 50
   */
  readonly baseDelayMs?: number
  /**
   * The longest wait before any retry, in milliseconds.
   *
   * @default 1_000
   */
  readonly maxDelayMs?: number
  /**
   * How many retries the client may make at once, over all statements.
   *
   * @default 100
   */
  readonly budgetBurst?: number
  /**
   * How many retries a second it gets back.
   *
   * @default 10, as in the retry budget of Finagle
   */
  readonly budgetPerSecond?: number
  /** Is told of every retry before it is made. What it throws is a warning, and no more. */
  readonly onRetry?: (event: RetryEvent) => unknown
}

/**
 * Wraps a driver adapter, so that a statement is tried again where that is safe beyond doubt: it had
 * not left the process, or it stands alone and only reads, or it would have begun a transaction. A
 * write that may have been carried out is never repeated, nor anything inside of a transaction.
 *
 * Retries are jittered, have a deadline and a budget, and stop while the pool is saturated. While no
 * server can be reached, one probe asks for it and everything else waits, up to the deadline.
 *
 * @example
 * new PrismaClient({ adapter: observe(withRetry(new PrismaPg(config, options))) })
 *
 * @throws OnePrismaError `INVALID_OPTION`
 */
export function withRetry<Factory extends object>(
  factory: Factory,
  options: RetryOptions = {},
): Factory {
  const telling: Retried[typeof RETRIES] = {}
  const settings = { ...settingsOf(options), telling }
  const wrapped = wrapFactory(factory, 'withRetry', async (original) =>
    retried(await original.connect(), settings),
  )
  return Object.assign(wrapped, { [RETRIES]: telling })
}

function settingsOf(options: RetryOptions): Omit<RetrySettings, 'telling'> {
  const { onRetry, ...numbers } = options
  if (onRetry !== undefined) requireType('onRetry', onRetry, 'function')
  const settings = {
    deadlineMs: 10_000,
    baseDelayMs: 50,
    maxDelayMs: 1_000,
    budgetBurst: 100,
    budgetPerSecond: 10,
    ...numbers,
  }
  for (const [name, value] of Object.entries(settings)) requireNumber(name, value, 0)
  return { ...settings, ...(onRetry && { onRetry }) }
}

function retried(original: Adapter, settings: RetrySettings): Adapter {
  const retry = new Retry(original, settings)
  return {
    provider: original.provider,
    adapterName: original.adapterName,
    queryRaw: (query) =>
      retry.run(
        () => original.queryRaw(query),
        () => isRead(query),
      ),
    executeRaw: (query) =>
      retry.run(
        () => original.executeRaw(query),
        () => false,
      ),
    executeScript: (script) => original.executeScript(script),
    startTransaction: (isolationLevel) =>
      retry.run(() => original.startTransaction(isolationLevel), 'begin'),
    dispose: () => {
      retry.stop()
      return original.dispose()
    },
    ...carriedOver(original),
    ...bound(original, ['getConnectionInfo', 'underlyingDriver']),
  }
}

function isRead(query: unknown): boolean {
  const isText = typeof query === 'object' && query !== null && 'sql' in query
  return isText && typeof query.sql === 'string' && isPlainRead(query.sql)
}
