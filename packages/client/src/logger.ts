import { OnePrismaError } from './errors.ts'

/**
 * How much is logged: `error` has failed operations, slow queries and held transactions; `warn` adds
 * what is wrong with connections, retries and definitions; `info` what becomes of clients; `query`
 * every statement.
 */
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'query'

/** A method of a logger that is used here. */
export type LogMethod = 'error' | 'warn' | 'info' | 'debug'

/** A logger such as pino's. */
export type Logger = {
  readonly [Method in LogMethod]: (fields: object, message: string) => unknown
}

const LEVELS: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'query']

/**
 * Takes a level from an option or an environment variable.
 *
 * @internal
 */
export function requireLogLevel(name: string, value: unknown): LogLevel {
  const level = LEVELS.find((it) => it === value)
  if (level !== undefined) return level
  throw new OnePrismaError(
    'INVALID_OPTION',
    `Expected \`${name}\` to be one of ${LEVELS.join(', ')}.`,
  )
}

/**
 * A logger for programs that have none: a line of JSON a record, as log collectors read it.
 *
 * @internal
 */
export function jsonLogger(write: (line: string) => unknown): Logger {
  const at =
    (level: LogMethod) =>
    (fields: object, msg: string): unknown =>
      write(`${JSON.stringify({ level, time: new Date().toISOString(), msg, ...fields })}\n`)
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}

const COLOURS: Readonly<Record<LogMethod, number>> = { error: 31, warn: 33, info: 36, debug: 90 }

/**
 * A logger for people: a line a record, with colours where they are wanted.
 *
 * @internal
 */
export function prettyLogger(write: (line: string) => unknown, isColoured: boolean): Logger {
  const at =
    (level: LogMethod) =>
    (fields: object, msg: string): unknown => {
      const name = level.toUpperCase().padEnd(5)
      const coloured = isColoured ? `\u001B[${COLOURS[level]}m${name}\u001B[0m` : name
      return write(`${coloured} ${msg}${Object.entries(fields).map(readable).join('')}\n`)
    }
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}

function readable([name, value]: [string, unknown]): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return ` ${name}=${text}`
}
