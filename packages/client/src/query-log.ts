import type { PoolStatus } from './driver-pool.ts'
import { callHook } from './hook.ts'
import { isExpected, logFieldsOf } from './log-fields.ts'
import type { LogLevel, Logger, LogMethod } from './logger.ts'
import type { TelemetryEventName, TelemetryEvents } from './telemetry-records.ts'

const RANKS: Readonly<Record<LogLevel, number>> = {
  silent: 0,
  error: 1,
  warn: 2,
  info: 3,
  query: 4,
}

// From which level on an event is logged, and by which method. What is not here is not logged.
const RULES: ReadonlyMap<TelemetryEventName, readonly [LogLevel, LogMethod]> = new Map([
  ['operation.failed', ['error', 'error']],
  ['query.slow', ['error', 'warn']],
  ['transaction.held', ['error', 'warn']],
  ['transaction.returned', ['error', 'warn']],
  ['connection.timeout', ['warn', 'warn']],
  ['connection.lost', ['warn', 'warn']],
  ['connection.evicted', ['warn', 'warn']],
  ['client.stale', ['warn', 'warn']],
  ['definition.duplicate', ['warn', 'warn']],
  ['retry', ['warn', 'warn']],
  ['client.created', ['info', 'info']],
  ['client.drained', ['info', 'info']],
  ['connection.opened', ['query', 'debug']],
  ['connection.closed', ['query', 'debug']],
  ['query.ended', ['query', 'debug']],
])

/**
 * Writes events to a logger, from a level on that may change at any time.
 *
 * @internal
 */
export class QueryLog {
  readonly #logger: Logger
  readonly #level: () => LogLevel

  constructor(logger: Logger, level: () => LogLevel) {
    this.#logger = logger
    this.#level = level
  }

  wants(name: TelemetryEventName): boolean {
    const rule = RULES.get(name)
    return rule !== undefined && RANKS[this.#level()] >= RANKS[rule[0]]
  }

  /** One line for an event that is wanted; `msg` is its name. */
  write<Name extends TelemetryEventName>(
    name: Name,
    event: TelemetryEvents[Name],
    of: { readonly pool: PoolStatus | undefined },
  ): void {
    const [, method = 'info'] = RULES.get(name) ?? []
    const level = isExpected(event) ? 'info' : method
    callHook(
      'log.logger',
      (fields) => this.#logger[level](fields, name),
      logFieldsOf(name, event, of),
    )
  }
}
