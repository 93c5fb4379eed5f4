import { registry } from './registry.ts'
import { warn } from './warnings.ts'

/** What Prisma has on `globalThis`: the patterns of `DEBUG`, for all copies of its `@prisma/debug`. */
type PrismaDebug = typeof globalThis & { DEBUG?: unknown }

// Names under which Prisma 6.16 to 7.10 print calls and statements with their arguments, or errors
// with values in them. A pattern that names Prisma counts as well, whatever it is.
const NAMES: readonly string[] = [
  'client',
  'client:accelerateEngine',
  'client:clientEngine',
  'client:clientEngine:remoteExecutor',
  'client:libraryEngine',
  'client:queryInterpreter',
  'client:request_handler',
  'client:transactionManager',
  'driver-adapter:better-sqlite3',
  'driver-adapter:libsql',
  'driver-adapter:mariadb',
  'driver-adapter:mssql',
  'driver-adapter:neon',
  'driver-adapter:pg',
  'driver-adapter:planetscale',
].map((name) => `prisma:${name}`)

// A line of it, coloured or not. What Prisma logs has these names too, and is left alone.
// oxlint-disable-next-line no-control-regex -- Colours begin with one.
const LINE = /^(?:\u001B\[\d+m)*prisma:(?!(?:query|info|warn|error)\b)/

/**
 * Keeps the parameters of queries out of the standard error where the environment variable `DEBUG`
 * lets Prisma print them: in production that output of Prisma is turned off, and that of other
 * packages left alone. In development it is a warning.
 *
 * Prisma asks for the patterns when one of its modules is loaded, and again on every call: what is
 * loaded later, or asks on the call alone, is turned off by a pattern. What was loaded before prints
 * in any case, through `console.warn` as it is at that time.
 *
 * @internal
 */
export function guardDebugOutput(): void {
  const shared = registry()
  if (shared.isDebugGuarded || process.env['ONEPRISMA_DEBUG_PARAMETERS'] === '1') return
  const host: PrismaDebug = globalThis
  const patterns = host.DEBUG ?? process.env['DEBUG']
  if (typeof patterns !== 'string' || !printsParameters(patterns)) return

  shared.isDebugGuarded = true
  const isProduction = process.env['NODE_ENV'] === 'production'
  if (isProduction) {
    host.DEBUG = `${patterns},-prisma*`
    dropLines()
  }
  warn(
    'ONEPRISMA_DEBUG_PARAMETERS',
    isProduction
      ? 'The environment variable DEBUG lets Prisma print the parameters of queries, so that output of Prisma was turned off. Take Prisma out of DEBUG; ONEPRISMA_DEBUG_PARAMETERS=1 lets it print them.'
      : 'The environment variable DEBUG lets Prisma print the parameters of queries to the standard error. In production this output would be turned off.',
  )
}

/** Reads patterns as Prisma does: they match the end of a name, and those with a minus exclude. */
function printsParameters(patterns: string): boolean {
  const all = patterns.split(',').filter((pattern) => pattern !== '')
  const wanted = all.filter((pattern) => !pattern.startsWith('-'))
  const unwanted = all.filter((pattern) => pattern.startsWith('-')).map((it) => it.slice(1))
  return (
    wanted.some((pattern) => /^\*?prisma[:*]/.test(pattern)) ||
    NAMES.some((name) => wanted.some(matches(name)) && !unwanted.some(matches(name)))
  )
}

function matches(name: string): (pattern: string) => boolean {
  return (pattern) => {
    const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    return new RegExp(`${escaped.replaceAll('*', '.*')}$`).test(name)
  }
}

function dropLines(): void {
  const print = console.warn.bind(console)
  console.warn = (...words: unknown[]) => {
    const [first] = words
    if (typeof first !== 'string' || !LINE.test(first)) print(...words)
  }
}
