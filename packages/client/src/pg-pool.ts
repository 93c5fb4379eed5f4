import { applicationName } from './application-name.ts'
import { setUpConnections, type ConnectionSetup } from './connection-setup.ts'
import { OnePrismaError } from './errors.ts'
import { refuse, requireNumber, requireType } from './options.ts'
import { pgServerOf, type PgServer } from './pg-server.ts'
import { translatePgUrl } from './pg-url.ts'
import { maxWithin, validateBudget, type PoolBudget } from './pool-budget.ts'
import { runtimeKind, type RuntimeKind } from './runtime-kind.ts'

/** How a pool shall behave. What is not given follows the connection string, then the default. */
export interface PgPoolOptions {
  /**
   * The application, as `pg_stat_activity` shall show it.
   *
   * @default OTEL_SERVICE_NAME, else the name in package.json when npm started the process, else 'app'
   */
  readonly app?: string
  /**
   * The release, as `pg_stat_activity` shall show it.
   *
   * @default the commit that the platform names, else the version in package.json when npm started the process
   */
  readonly release?: string
  /**
   * The most connections that this process may open.
   *
   * @default 10 in a server, 3 in serverless functions and worker threads, 2 in tests and builds;
   * the share of the `budget`, where one is given
   */
  readonly max?: number
  /**
   * What the database can take, and who shares it. `max` becomes the share of one pool while a
   * rollout is under way; a `max` above it is refused, and so is a share of nothing.
   *
   * @default none: nothing is known of other processes
   */
  readonly budget?: PoolBudget
  /**
   * How long a query may wait for a connection, be it free or new, in milliseconds. The driver
   * knows one bound for both.
   *
   * @default 10_000, as in Prisma 6 (`pool_timeout`)
   */
  readonly acquireTimeoutMs?: number
  /**
   * When a connection that nobody uses is closed, in milliseconds.
   *
   * @default 60_000, and 5_000 in serverless functions
   */
  readonly idleTimeoutMs?: number
  /**
   * When a connection is replaced, however busy it was, in milliseconds. It is never taken away from
   * a query.
   *
   * @default 1_800_000, as in HikariCP
   */
  readonly maxLifetimeMs?: number
  /**
   * When the first TCP keep-alive probe is sent on a silent connection, in milliseconds. The
   * operating system's own delay is two hours.
   *
   * @default 10_000
   */
  readonly keepAliveInitialDelayMs?: number
  /**
   * When the server cancels a statement, in milliseconds. PgBouncer refuses connections with this
   * setting, or is told to ignore it: set `statement_timeout` on the role there.
   *
   * @default none
   */
  readonly statementTimeoutMs?: number
  /**
   * When a query is given up here, in milliseconds, whatever the server does: the bound that a hung
   * server or a dead network cannot outlive. Give it only to an adapter that `observe` wraps. Without
   * its guard, pg may lose writes that it has acknowledged (`docs/decisions/lost-write-guard.md`).
   *
   * @default none
   */
  readonly queryTimeoutMs?: number
  /**
   * Whether the server keeps the statements that Prisma repeats, each under a name, so that it parses
   * them once (`docs/prepared-statements.md`). `auto` does so on connections that lead to the server
   * itself, which is found out when they open. `always` does so through a pooler too, which has to
   * keep track of the names: PgBouncer from 1.21 on, with `max_prepared_statements`. Raw SQL gets no
   * name, nor does a statement with the comment of a request.
   *
   * @default 'auto', and 'never' where the URL has `pgbouncer=true` or `statement_cache_size=0`
   */
  readonly preparedStatements?: 'auto' | 'always' | 'never'
  /**
   * The most statements that the server keeps for each connection.
   *
   * @default 100, as in Prisma 6 (`statement_cache_size`)
   */
  readonly maxPreparedStatements?: number
  /**
   * Whether statements inside of transactions get names as well. A migration that changes the type of
   * a column may then fail transactions that are open at that moment, each once, with 0A000.
   *
   * @default false
   */
  readonly preparedInTransactions?: boolean
  /**
   * Returns the password; it is asked for every connection that is opened, so that a password which
   * was rotated is used from then on, and connections with the old one go on until their lifetime
   * ends. Has to answer within `acquireTimeoutMs`. The password in the connection string is ignored.
   *
   * @default the password of the connection string
   */
  readonly password?: () => string | Promise<string>
  /** Replaces the whole name `app@release#process`; `application_name` in the URL does so too. */
  readonly applicationName?: string
}

/** Settings of `pg.Pool` in which every wait is bounded. */
export interface PgPoolConfig extends PgServer {
  /** In place of it, there are the members of `PgServer` where a password is asked for. */
  connectionString?: string
  password?: () => string | Promise<string>
  max: number
  connectionTimeoutMillis: number
  idleTimeoutMillis: number
  maxLifetimeSeconds: number
  keepAlive: boolean
  keepAliveInitialDelayMillis: number
  /** Connections that nobody uses do not keep a script alive. */
  allowExitOnIdle: boolean
  application_name: string
  statement_timeout?: number
  query_timeout?: number
  /** What pg-pool calls for every new connection before it hands it out. */
  verify?: ConnectionSetup
}

/** What a PrismaClient on PostgreSQL is built with. */
export interface PgPool {
  /** The first argument of `new PrismaPg()`. */
  readonly config: PgPoolConfig
  /** The second argument of `new PrismaPg()`. */
  readonly options: { schema?: string }
  /**
   * PrismaClient's option of the same name: an interactive transaction waits for its connection as
   * long as a query does, in milliseconds. Prisma's own default is 2 seconds.
   */
  readonly transactionOptions: { maxWait: number }
}

const DEFAULT_ACQUIRE_TIMEOUT_MS = 10_000
const MODES = ['auto', 'always', 'never']

/**
 * Returns pool settings for PostgreSQL that hold: every wait has a bound, and the URL parameters of
 * Prisma 6, which the adapter would ignore, are translated or refused by name. Call it inside the
 * callback of `sharePrisma`, so that the environment is read on first use.
 *
 * @example
 * const { config, options, transactionOptions } = pgPool(process.env.DATABASE_URL)
 * new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions })
 *
 * @throws OnePrismaError `CONNECTION_STRING_MISSING`, `CONNECTION_STRING_INVALID`,
 * `URL_PARAMETER_UNSUPPORTED`, `INVALID_OPTION`, `BUDGET_EXCEEDED`
 */
export function pgPool(connectionString: string | undefined, options: PgPoolOptions = {}): PgPool {
  validate(options)
  const url = translatePgUrl(required(connectionString))
  const runtime = runtimeKind()
  const merged: PgPoolOptions = { ...url.options, ...defined(options) }
  if (url.isPgBouncer && merged.statementTimeoutMs !== undefined) refuseStatementTimeout()
  const acquireTimeoutMs = merged.acquireTimeoutMs ?? DEFAULT_ACQUIRE_TIMEOUT_MS
  return {
    config: {
      ...(merged.password === undefined
        ? { connectionString: url.connectionString }
        : { ...pgServerOf(url.connectionString), password: merged.password }),
      max: maxOf(merged, runtime),
      connectionTimeoutMillis: acquireTimeoutMs,
      idleTimeoutMillis: merged.idleTimeoutMs ?? (runtime === 'serverless' ? 5_000 : 60_000),
      maxLifetimeSeconds: (merged.maxLifetimeMs ?? 1_800_000) / 1_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: merged.keepAliveInitialDelayMs ?? 10_000,
      allowExitOnIdle: true,
      application_name: merged.applicationName ?? applicationName(merged),
      ...(merged.statementTimeoutMs !== undefined && {
        statement_timeout: merged.statementTimeoutMs,
      }),
      ...(merged.queryTimeoutMs !== undefined && { query_timeout: merged.queryTimeoutMs }),
      ...setupOf(merged, acquireTimeoutMs),
    },
    options: url.schema === undefined ? {} : { schema: url.schema },
    transactionOptions: { maxWait: acquireTimeoutMs },
  }
}

function setupOf(options: PgPoolOptions, acquireTimeoutMs: number): Pick<PgPoolConfig, 'verify'> {
  const { preparedStatements = 'auto', maxPreparedStatements: max = 100 } = options
  if (preparedStatements === 'never') return {}
  const settings = { max, inTransactions: options.preparedInTransactions ?? false }
  return { verify: setUpConnections(preparedStatements, settings, acquireTimeoutMs) }
}

function refuseStatementTimeout(): never {
  throw new OnePrismaError(
    'INVALID_OPTION',
    'PgBouncer (`pgbouncer=true` in the connection string) refuses connections with `statementTimeoutMs`. Set statement_timeout on the role instead.',
  )
}

function required(connectionString: unknown): string {
  if (typeof connectionString === 'string' && connectionString.trim() !== '') {
    return connectionString.trim()
  }
  throw new OnePrismaError(
    'CONNECTION_STRING_MISSING',
    `The connection string is ${connectionString === undefined ? 'undefined' : 'empty'}. Set DATABASE_URL, or the variable that your shared module passes to \`pgPool()\`, before the first query.`,
  )
}

function maxOf({ max, budget }: PgPoolOptions, runtime: RuntimeKind): number {
  if (budget === undefined) return max ?? defaultMax(runtime)
  const share = maxWithin(budget, max)
  // Tests and builds are no instances that anybody counted.
  const isCounted = max !== undefined || (runtime !== 'test' && runtime !== 'next-build')
  return isCounted ? share : Math.min(share, defaultMax(runtime))
}

function defaultMax(runtime: RuntimeKind): number {
  if (runtime === 'test' || runtime === 'next-build') return 2
  // An interactive transaction with a query beside it needs two; the third keeps a request moving.
  if (runtime === 'serverless' || runtime === 'worker-thread') return 3
  return 10
}

function validate(options: PgPoolOptions): void {
  const { app, release, applicationName: name, password, ...others } = options
  const { max, budget, maxPreparedStatements, preparedStatements, ...rest } = others
  const { preparedInTransactions, ...durations } = rest
  for (const [option, value] of Object.entries({ max, maxPreparedStatements })) {
    if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
      refuse(option, 'a whole number from 1 up', value)
    }
  }
  if (preparedStatements !== undefined && !MODES.includes(preparedStatements)) {
    refuse('preparedStatements', "'auto', 'always' or 'never'", preparedStatements)
  }
  if (!['undefined', 'boolean'].includes(typeof preparedInTransactions)) {
    refuse('preparedInTransactions', 'a boolean', preparedInTransactions)
  }
  if (budget !== undefined) validateBudget(budget)
  for (const [option, value] of Object.entries({ app, release, applicationName: name })) {
    if (value !== undefined) requireType(option, value, 'string')
  }
  if (password !== undefined && typeof password !== 'function') {
    throw new OnePrismaError(
      'INVALID_OPTION',
      'Expected `password` to be a function that returns the password (what it was is not shown).',
    )
  }
  // From 1 up: in every one of these, the driver reads 0 as "for ever".
  for (const [option, value] of Object.entries(durations)) {
    if (value !== undefined) requireNumber(option, value, 1)
  }
}

function defined(options: PgPoolOptions): PgPoolOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}
