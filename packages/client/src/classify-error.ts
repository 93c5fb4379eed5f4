/**
 * What kind of failure an error of Prisma, of a driver adapter or of a bare driver stands for.
 * `docs/error-classes.md` has a row for each, with the codes and messages that it is told by.
 */
export type DatabaseErrorKind =
  | 'connection_refused'
  | 'connection_timeout'
  | 'connection_lost'
  | 'pool_timeout'
  | 'too_many_connections'
  | 'server_starting'
  | 'server_shutdown'
  | 'read_only'
  | 'serialization_failure'
  | 'deadlock'
  | 'lock_timeout'
  | 'statement_timeout'
  | 'query_timeout'
  | 'transaction_not_started'
  | 'transaction_closed'
  | 'authentication_failed'
  | 'database_missing'
  | 'tls_failed'
  | 'constraint_violation'
  | 'drained'
  | 'other'

/** What an error means for whoever made the call. */
export interface ErrorClass {
  readonly kind: DatabaseErrorKind
  /** Whether the same call may succeed later, with nothing changed in code, data or settings. */
  readonly isTransient: boolean
  /**
   * Whether the statement that failed had left this process. `no` means that it had no effect;
   * `unknown` means that it may have been carried out, a write included. It tells of this one
   * statement: an operation of several may have carried out others before.
   */
  readonly wasSent: 'no' | 'yes' | 'unknown'
}

const CLASSES: Readonly<Record<DatabaseErrorKind, readonly [boolean, ErrorClass['wasSent']]>> = {
  connection_refused: [true, 'no'],
  connection_timeout: [true, 'no'],
  connection_lost: [true, 'unknown'],
  pool_timeout: [true, 'no'],
  too_many_connections: [true, 'no'],
  server_starting: [true, 'no'],
  server_shutdown: [true, 'unknown'],
  read_only: [true, 'yes'],
  serialization_failure: [true, 'yes'],
  deadlock: [true, 'yes'],
  lock_timeout: [true, 'yes'],
  statement_timeout: [false, 'yes'],
  query_timeout: [true, 'unknown'],
  transaction_not_started: [true, 'no'],
  transaction_closed: [false, 'unknown'],
  authentication_failed: [false, 'no'],
  database_missing: [false, 'no'],
  tls_failed: [false, 'no'],
  constraint_violation: [false, 'yes'],
  drained: [false, 'no'],
  other: [false, 'unknown'],
}

// SQLSTATE of PostgreSQL (appendix A of its manual), errno of MySQL and MariaDB, errno of the
// MariaDB connector (from 45000 up), and codes of sockets as Node.js names them.
const BY_DRIVER_CODE: Readonly<Record<string, DatabaseErrorKind>> = {
  ECONNREFUSED: 'connection_refused',
  ENOTFOUND: 'connection_refused',
  EAI_AGAIN: 'connection_refused',
  EHOSTUNREACH: 'connection_refused',
  ENETUNREACH: 'connection_refused',
  ECONNRESET: 'connection_lost',
  EPIPE: 'connection_lost',
  ETIMEDOUT: 'connection_lost',
  '08003': 'connection_lost',
  '08006': 'connection_lost',
  '53300': 'too_many_connections',
  '57P03': 'server_starting',
  '57P01': 'server_shutdown',
  '57P02': 'server_shutdown',
  '25006': 'read_only',
  '40001': 'serialization_failure',
  '40P01': 'deadlock',
  '55P03': 'lock_timeout',
  '57014': 'statement_timeout',
  '25P03': 'transaction_closed',
  '28000': 'authentication_failed',
  '28P01': 'authentication_failed',
  '3D000': 'database_missing',
  '1040': 'too_many_connections',
  '1203': 'too_many_connections',
  '1053': 'server_shutdown',
  '1927': 'server_shutdown',
  '1290': 'read_only',
  '1836': 'read_only',
  '1213': 'deadlock',
  '1205': 'lock_timeout',
  '1969': 'statement_timeout',
  '3024': 'statement_timeout',
  '1044': 'authentication_failed',
  '1045': 'authentication_failed',
  '1049': 'database_missing',
  '45009': 'connection_lost',
  '45012': 'connection_timeout',
  '45013': 'connection_lost',
  '45019': 'connection_lost',
  '45026': 'query_timeout',
  '45028': 'pool_timeout',
}

// What the driver adapters of Prisma call an error (`cause.kind`), and what Prisma itself does.
const BY_PRISMA_NAME: Readonly<Record<string, DatabaseErrorKind>> = {
  DatabaseNotReachable: 'connection_refused',
  ConnectionClosed: 'connection_lost',
  SocketTimeout: 'connection_lost',
  TooManyConnections: 'too_many_connections',
  TransactionWriteConflict: 'serialization_failure',
  TransactionAlreadyClosed: 'transaction_closed',
  AuthenticationFailed: 'authentication_failed',
  DatabaseAccessDenied: 'authentication_failed',
  DatabaseDoesNotExist: 'database_missing',
  TlsConnectionError: 'tls_failed',
  UniqueConstraintViolation: 'constraint_violation',
  ForeignKeyConstraintViolation: 'constraint_violation',
  RestrictViolation: 'constraint_violation',
  NullConstraintViolation: 'constraint_violation',
  P1000: 'authentication_failed',
  P1001: 'connection_refused',
  P1002: 'connection_timeout',
  P1003: 'database_missing',
  P1008: 'connection_lost',
  P1010: 'authentication_failed',
  P1011: 'tls_failed',
  P1017: 'connection_lost',
  P2002: 'constraint_violation',
  P2003: 'constraint_violation',
  P2011: 'constraint_violation',
  P2024: 'pool_timeout',
  P2028: 'transaction_closed',
  P2034: 'serialization_failure',
  P2037: 'too_many_connections',
  DRAINED: 'drained',
}

// Bare errors of pg, pg-pool and Prisma's transactions carry no code: their words are all there is.
// The second column overrides `wasSent`.
const BY_MESSAGE: ReadonlyArray<readonly [RegExp, DatabaseErrorKind, ErrorClass['wasSent']?]> = [
  [/^timeout exceeded when trying to connect$/, 'pool_timeout'],
  [/^Connection terminated due to connection timeout$/, 'connection_timeout'],
  [/^Connection terminated/, 'connection_lost'],
  [/has encountered a connection error and is not queryable$/, 'connection_lost', 'no'],
  [/^Client was closed and is not queryable$/, 'connection_lost', 'no'],
  [/^Query read timeout$/, 'query_timeout'],
  [/^SASL: .*client password must be a /, 'authentication_failed'],
  [/Unable to start a transaction in the given time/, 'transaction_not_started'],
  [/^Transaction (?:API error: )?.*(?:already closed|not found|expired)/i, 'transaction_closed'],
  // PgBouncer has one code for all that it says (08P01), also where it hands on what the server
  // answered to a connection of its own.
  [/^no more connections allowed|^sorry, too many clients|^too many conn/, 'too_many_connections'],
  [/^remaining connection slots are reserved/, 'too_many_connections'],
  [/^query_wait_timeout$/, 'pool_timeout'],
  [/^query timeout$/, 'query_timeout'],
  [/^server conn crashed\?$/, 'connection_lost'],
  [/^the database system is /, 'server_starting'],
  [/^(?:SASL|password) authentication failed/, 'authentication_failed'],
  [/^no such database: |^database ".*" does not exist$/, 'database_missing'],
  [/^unsupported startup parameter/, 'other', 'no'],
  // Supavisor does so too.
  [/^\(EMAXCONN|^Max client connections reached/, 'too_many_connections'],
  [/^\(ECHECKOUTTIMEOUT\)/, 'pool_timeout'],
]

// Errors wrap errors: Prisma's the adapter's, the adapter's what it knows of the driver's.
const MAX_LINKS = 8

interface Link {
  readonly code?: unknown
  readonly errno?: unknown
  readonly kind?: unknown
  readonly originalCode?: unknown
  readonly syscall?: unknown
  readonly message?: unknown
  readonly originalMessage?: unknown
  readonly cause?: unknown
  readonly meta?: { readonly driverAdapterError?: unknown }
  readonly errorCode?: unknown
}

/**
 * Tells what an error of a database call stands for, whether trying again may help, and whether the
 * statement had left the process. Takes errors of Prisma 6.16 and later and 7, of driver adapters,
 * and of pg and mariadb themselves; anything else is `other`.
 */
export function classifyError(error: unknown): ErrorClass {
  const links = linksOf(error)
  const found =
    first(links, kindByDriver) ??
    // pg gives the reason of a timeout as its cause, in the words of a connection that was lost.
    first(links.toReversed(), kindByMessage) ??
    first(links, kindByName) ??
    'other'
  const [kind, sent] = typeof found === 'string' ? [found, undefined] : found
  const [isTransient, wasSent] = CLASSES[kind]
  return { kind, isTransient, wasSent: sent ?? wasSent }
}

type Found = DatabaseErrorKind | readonly [DatabaseErrorKind, ErrorClass['wasSent'] | undefined]

/** An error and what it wraps, the innermost first. */
function linksOf(error: unknown): Link[] {
  const links = new Set<Link>()
  let next: unknown = error
  while (typeof next === 'object' && next !== null && links.size < MAX_LINKS) {
    // Every member is optional and of unknown type.
    const link = next as Link
    if (links.has(link)) break
    links.add(link)
    next = link.meta?.driverAdapterError ?? link.cause
  }
  return [...links].toReversed()
}

function first(links: readonly Link[], find: (link: Link) => Found | undefined): Found | undefined {
  for (const link of links) {
    const found = find(link)
    if (found !== undefined) return found
  }
  return undefined
}

function kindByDriver(link: Link): Found | undefined {
  for (const code of [link.originalCode, link.code, link.errno]) {
    const known = typeof code === 'string' || typeof code === 'number' ? String(code) : ''
    const kind =
      BY_DRIVER_CODE[known] ?? (/^23\d{3}$/.test(known) ? 'constraint_violation' : undefined)
    // A socket that never was connected has carried nothing.
    if (kind === 'connection_lost' && link.syscall === 'connect')
      return ['connection_timeout', 'no']
    if (kind !== undefined) return kind
  }
  return undefined
}

function kindByName(link: Link): Found | undefined {
  for (const name of [link.kind, link.code, link.errorCode]) {
    if (typeof name !== 'string') continue
    const kind = BY_PRISMA_NAME[name]
    if (kind !== undefined) return kind
  }
  return undefined
}

function kindByMessage(link: Link): Found | undefined {
  for (const message of [link.originalMessage, link.message]) {
    if (typeof message !== 'string') continue
    const row = BY_MESSAGE.find(([words]) => words.test(message))
    if (row !== undefined) return [row[1], row[2]]
  }
  return undefined
}
