import { guardDebugOutput } from './debug-output.ts'
import { processListeners } from './event-listeners.ts'
import { requireEventName } from './event-names.ts'
import { Hub } from './hub.ts'
import { jsonLogger, prettyLogger, requireLogLevel, type Logger, type LogLevel } from './logger.ts'
import { requireNumber, requireType } from './options.ts'
import { QueryLog } from './query-log.ts'
import { registry } from './registry.ts'
import type { CommentSettings } from './statement-comment.ts'
import type { Tap, Telemetry } from './tap.ts'
import type { TelemetryEventName, TelemetryEvents } from './telemetry-records.ts'
import type { TelemetrySettings } from './telemetry-settings.ts'

/** Options of `telemetry`. */
export interface TelemetryOptions {
  /**
   * What a statement may take before it is slow, in milliseconds, the wait for a connection included;
   * 0 turns it off. The environment variable `ONEPRISMA_SLOW_QUERY_MS` has the last word.
   *
   * @default 200
   */
  readonly slowQueryMs?: number
  /**
   * How long a transaction may be open before it is told of as held, in milliseconds; 0 turns it off.
   *
   * @default 2_000, the least that the leak detection of HikariCP takes
   */
  readonly heldTransactionMs?: number
  /** What is logged, and where. `false` logs nothing. */
  readonly log?: LogOptions | false
  /** Puts a comment in front of every statement. `true` is the same as `{}`. */
  readonly comments?: CommentOptions | boolean
  /**
   * How many statements are kept in memory for `activity`; 0 keeps nothing of them.
   *
   * @default 500
   */
  readonly recent?: number
}

/** What is logged, and where. */
export interface LogOptions {
  /**
   * The environment variable `ONEPRISMA_LOG` has the last word, and `setLogLevel` the very last.
   *
   * @default `error` in production, else `query`
   */
  readonly level?: LogLevel
  /**
   * Pino's, or any that takes fields and a message.
   *
   * @default lines of JSON on the standard output; in development, lines for people
   */
  readonly logger?: Logger
}

/** What SQL comments say. */
export interface CommentOptions {
  /** The name of the program. */
  readonly app?: string
  /** Its release. */
  readonly release?: string
  /**
   * Whether they carry the id and the route of the request and its trace. Where statements are
   * prepared (`statementNameGenerator` of adapter-pg), they never do. The names that `pgPool` gives
   * are left out for statements that carry them.
   *
   * @default true
   */
  readonly perRequest?: boolean
}

/**
 * Watches a shared client: metrics, logs, events, comments. Pass what it returns to `sharePrisma`.
 * Calling this does nothing; the options, and the environment, are read when the client is created.
 *
 * @example
 * export const prisma = sharePrisma(create, { telemetry: telemetry({ slowQueryMs: 100 }) })
 *
 * @throws OnePrismaError `INVALID_OPTION` from the first use of the client
 */
export function telemetry(options: TelemetryOptions = {}): Telemetry {
  return {
    tap(client: string): Tap {
      guardDebugOutput()
      const settings = settingsOf(options)
      const shared = registry()
      const taps = (shared.taps ??= new Map<string, Tap>())
      const known = taps.get(client)
      if (known === undefined) {
        const hub = new Hub(client, settings, processListeners())
        taps.set(client, hub)
        return hub
      }
      // Made by a copy of this module, and so a hub.
      ;(known as Hub).configure(settings)
      return known
    },
  }
}

/**
 * Calls a listener whenever the runtime tells of something, for all shared clients of this process
 * that have telemetry, in every bundle. What a listener throws is a warning.
 *
 * @returns what ends the subscription
 *
 * @example
 * const stop = subscribe('query.slow', ({ text, durationMs }) => report(text, durationMs))
 *
 * @throws OnePrismaError `INVALID_OPTION`
 */
export function subscribe<Name extends TelemetryEventName>(
  name: Name,
  listener: (event: TelemetryEvents[Name]) => unknown,
): () => void {
  requireEventName(name)
  requireType('listener', listener, 'function')
  return processListeners().subscribe(name, listener)
}

/**
 * Changes how much is logged, of all shared clients of this process, from now on: for whoever is on
 * call. `undefined` goes back to what was set before.
 *
 * @throws OnePrismaError `INVALID_OPTION`
 */
export function setLogLevel(level: LogLevel | undefined): void {
  const shared = registry()
  if (level === undefined) delete shared.logLevel
  else shared.logLevel = requireLogLevel('level', level)
}

function settingsOf(options: TelemetryOptions): TelemetrySettings {
  const { slowQueryMs = 200, heldTransactionMs = 2_000, recent = 500, comments = false } = options
  requireNumber('slowQueryMs', slowQueryMs, 0)
  requireNumber('heldTransactionMs', heldTransactionMs, 0)
  requireNumber('recent', recent, 0)
  const fromEnvironment = process.env['ONEPRISMA_SLOW_QUERY_MS']
  const slow = fromEnvironment === undefined ? slowQueryMs : Number(fromEnvironment)
  requireNumber('ONEPRISMA_SLOW_QUERY_MS', slow, 0)
  return {
    slowQueryMs: slow,
    heldTransactionMs,
    recent,
    comments: commentsOf(comments),
    log: options.log === false ? undefined : logOf(options.log ?? {}),
  }
}

function commentsOf(comments: CommentOptions | boolean): CommentSettings | undefined {
  if (comments === false) return undefined
  const { app, release, perRequest = true } = comments === true ? {} : comments
  return { app, release, isPerRequest: perRequest }
}

function logOf({ level, logger }: LogOptions): QueryLog {
  const isProduction = process.env['NODE_ENV'] === 'production'
  const fromEnvironment = process.env['ONEPRISMA_LOG']
  const set =
    fromEnvironment === undefined
      ? requireLogLevel('log.level', level ?? (isProduction ? 'error' : 'query'))
      : requireLogLevel('ONEPRISMA_LOG', fromEnvironment)
  return new QueryLog(logger ?? ownLogger(isProduction), () => registry().logLevel ?? set)
}

function ownLogger(isProduction: boolean): Logger {
  const write = (line: string): unknown => process.stdout.write(line)
  return isProduction ? jsonLogger(write) : prettyLogger(write, process.stdout.isTTY)
}
