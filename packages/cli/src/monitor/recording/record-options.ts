import { OPERATIONS } from '../app/read-app.ts'
import type { Endpoint } from '../app/scrape.ts'
import { isByConnection, type ArmRule } from '../arms.ts'
import { CliError } from '../../errors.ts'
import type { World } from '../../world.ts'
import { defined } from '../defined.ts'
import { parseDuration } from '../duration.ts'
import { databaseUrlOf } from './database-url.ts'
import { endpointsOf } from './endpoints-of.ts'
import type { Measures } from './recording.ts'
import { ruleOf } from './rule-of.ts'
import type { TickOptions } from './ticks.ts'

/** The flags of what records and watches, as they were given. */
export interface RecordFlags {
  readonly 'url-env'?: string | undefined
  readonly metrics?: readonly string[] | undefined
  readonly 'metrics-token-env'?: string | undefined
  readonly histogram?: string | undefined
  readonly app?: string | undefined
  readonly arm?: readonly string[] | undefined
  readonly by?: string | undefined
  readonly window?: string | undefined
  readonly interval?: string | undefined
  readonly for?: string | undefined
}

/** What is to be recorded, from where. */
export interface RecordSettings extends TickOptions {
  /** Never printed. Undefined where no server is asked. */
  readonly connectionString: string | undefined
  readonly endpoints: readonly Endpoint[]
  readonly rule: ArmRule
  readonly histogram: string
  readonly measures: Measures
  /** A whole number of windows; undefined until a signal comes. */
  readonly durationMs: number | undefined
}

const SHORTEST_INTERVAL_MS = 100

/**
 * Reads the flags.
 *
 * @throws CliError `USAGE`, `SOURCE_MISSING`, `SOURCE_FAILED`
 */
export function readRecordFlags(world: World, flags: RecordFlags): RecordSettings {
  const endpoints = endpointsOf(world, flags.metrics ?? [], flags['metrics-token-env'])
  const connectionString = databaseUrlOf(world, flags['url-env'], endpoints.length > 0)
  const rule = ruleOf(flags.by, flags.arm ?? [], endpoints)
  const histogram = flags.histogram ?? OPERATIONS
  return {
    ...timesOf(flags),
    connectionString,
    endpoints,
    rule,
    histogram,
    measures: measuresOf({ connectionString, endpoints, rule, histogram, app: flags.app }),
  }
}

function timesOf(
  flags: RecordFlags,
): Pick<RecordSettings, 'windowMs' | 'intervalMs' | 'durationMs'> {
  const windowMs = parseDuration('--window', flags.window ?? '10s')
  const intervalMs = parseDuration('--interval', flags.interval ?? '1s')
  if (intervalMs < SHORTEST_INTERVAL_MS) {
    throw new CliError('USAGE', `--interval is ${SHORTEST_INTERVAL_MS}ms at the shortest.`)
  }
  if (windowMs % intervalMs !== 0 || windowMs < 2 * intervalMs) {
    throw new CliError(
      'USAGE',
      `--window has to be a multiple of --interval, twice as long at least; ${windowMs} ms and ${intervalMs} ms do not fit.`,
    )
  }
  if (flags.for === undefined) return { windowMs, intervalMs, durationMs: undefined }
  const durationMs = Math.floor(parseDuration('--for', flags.for) / windowMs) * windowMs
  if (durationMs > 0) return { windowMs, intervalMs, durationMs }
  throw new CliError(
    'USAGE',
    `--for has to be as long as a window at least, which is ${windowMs} ms.`,
  )
}

type Sources = Pick<RecordSettings, 'connectionString' | 'endpoints' | 'rule' | 'histogram'> & {
  readonly app: string | undefined
}

function measuresOf({ connectionString, endpoints, rule, histogram, app }: Sources): Measures {
  const hasServer = connectionString !== undefined
  const hasApps = endpoints.length > 0
  const canTellConnections = isByConnection(rule)
  return defined<Measures>({
    connections: hasServer && canTellConnections ? 'server' : hasApps ? 'apps' : 'none',
    app: hasServer ? app : undefined,
    // Transactions are those of all clients, so that they are of no arm.
    operations: hasApps ? 'apps' : hasServer && rule.by === undefined ? 'server' : 'none',
    histogram: hasApps ? histogram : undefined,
    by: rule.by,
  })
}
