import type { DoctorFinding } from '../finding.ts'
import type { LiveCode } from '../live-codes.ts'
import { explainTls, tlsCodeOf } from './explain-tls.ts'
import { found } from './found.ts'
import type { LiveOptions } from './live-options.ts'
import { insistsOnTls } from './insists-on-tls.ts'
import { placeOf, type ServerUrl } from './server-url.ts'
import { inCode, shownName, sqlName } from './shown.ts'

/** A connection string that led nowhere, and how it was tried. */
export interface Attempt {
  readonly url: ServerUrl
  readonly through: 'url' | 'directUrl'
  readonly options: LiveOptions
}

/** What pg, the server, TLS and the network say of a connection that was not made. */
export interface Refusal {
  readonly code?: string
  readonly syscall?: string
  readonly message: string
}

/**
 * Tells why a connection was not made. Words of the server and of the driver decide where codes are
 * shared, and are never passed on: they hold names, addresses and whatever a pooler adds.
 */
export async function explainRefusal(error: unknown, attempt: Attempt): Promise<DoctorFinding> {
  const refusal = refusalOf(error)
  const tls =
    tlsCodeOf(refusal) ??
    (refusal.code === '28000' && (await insistsOnTls(attempt)) ? 'TLS_REQUIRED' : undefined)
  if (tls !== undefined) return explainTls(tls, refusal, attempt)
  const kind = kindOf(refusal)
  const [sentence, change] = EXPLANATIONS[kind](attempt, refusal)
  return found(kind, { message: sentence, evidence: evidenceOf(refusal, attempt), change })
}

type Kind = Extract<
  LiveCode,
  | 'SERVER_REFUSED'
  | 'SERVER_HOST_UNKNOWN'
  | 'SERVER_UNREACHABLE'
  | 'SERVER_TIMED_OUT'
  | 'SERVER_HUNG_UP'
  | 'SERVER_STARTING'
  | 'SERVER_FULL'
  | 'SERVER_LOGIN_FAILED'
  | 'ACCESS_DENIED'
  | 'DATABASE_MISSING'
>

// Codes of sockets as Node.js names them, and SQLSTATE of PostgreSQL.
const BY_CODE: Readonly<Record<string, Kind>> = {
  ECONNREFUSED: 'SERVER_REFUSED',
  ENOENT: 'SERVER_REFUSED',
  ENOTFOUND: 'SERVER_HOST_UNKNOWN',
  EAI_AGAIN: 'SERVER_HOST_UNKNOWN',
  EHOSTUNREACH: 'SERVER_UNREACHABLE',
  ENETUNREACH: 'SERVER_UNREACHABLE',
  EADDRNOTAVAIL: 'SERVER_UNREACHABLE',
  ETIMEDOUT: 'SERVER_TIMED_OUT',
  ECONNRESET: 'SERVER_HUNG_UP',
  EPIPE: 'SERVER_HUNG_UP',
  '57P03': 'SERVER_STARTING',
  '57P01': 'SERVER_STARTING',
  '57P02': 'SERVER_STARTING',
  '53300': 'SERVER_FULL',
  '28P01': 'ACCESS_DENIED',
  '28000': 'ACCESS_DENIED',
  '42501': 'ACCESS_DENIED',
  '3D000': 'DATABASE_MISSING',
}

// PgBouncer gives 08P01 to whatever it refuses; pg gives no code to what it finds itself.
const BY_MESSAGE: ReadonlyArray<readonly [RegExp, Kind]> = [
  [/^timeout expired$|^Query read timeout$/, 'SERVER_TIMED_OUT'],
  [/^Connection terminated/, 'SERVER_HUNG_UP'],
  [/no more connections allowed|max_client_conn|too many clients/i, 'SERVER_FULL'],
  [/no such database|database .* does not exist/i, 'DATABASE_MISSING'],
  [/^SASL|password authentication failed|auth failed|no such user/i, 'ACCESS_DENIED'],
  [/server login has been failing|the database system is/i, 'SERVER_STARTING'],
]

function kindOf({ code = '', message }: Refusal): Kind {
  const byMessage = BY_MESSAGE.find(([words]) => words.test(message))?.[1]
  return BY_CODE[code] ?? byMessage ?? 'SERVER_LOGIN_FAILED'
}

type Explain = (attempt: Attempt, refusal: Refusal) => readonly [message: string, change: string]

const EXPLANATIONS: Readonly<Record<Kind, Explain>> = {
  SERVER_REFUSED: (attempt) => [
    `Nothing listens on ${where(attempt)}: the connection was refused at once.`,
    'Start the server, or correct host and port. In a container, `localhost` is the container itself: use the name of the service.',
  ],
  SERVER_HOST_UNKNOWN: (attempt) => [
    `The host ${inCode(attempt.url.host)} has no address.`,
    'Correct the host. A name of a private network is known only inside of it: run this where the application runs.',
  ],
  SERVER_UNREACHABLE: (attempt) => [
    `No route leads from here to ${where(attempt)}.`,
    'Run this where the application runs, or correct the address. A host that has only an IPv6 address needs a network with IPv6.',
  ],
  SERVER_TIMED_OUT: (attempt) => [
    `${where(attempt)} did not answer within ${attempt.options.connectTimeoutMs} ms.`,
    'Let this address through the firewall or the security group of the server. A server that scales to zero needs longer for its first connection: try again.',
  ],
  SERVER_HUNG_UP: (attempt) => [
    `${where(attempt)} took the connection and closed it without a word.`,
    'See whether the port is that of a PostgreSQL server, whether the proxy in front of it has a server behind it, and what the log of the server says.',
  ],
  SERVER_STARTING: (attempt) => [
    `The server at ${where(attempt)} is starting, recovering or stopping, and takes no connections.`,
    'Wait and try again. Where it goes on for minutes, read the log of the server: a recovery tells its progress there.',
  ],
  SERVER_FULL: (attempt) => [
    `The server at ${where(attempt)} has no free connection: ${fullOf(attempt)}.`,
    'Find out who holds them, with the reserved connections: run this with the URL of a superuser, or of a role with `pg_use_reserved_connections`. Then lower `max` of the pools (`oneprisma budget` computes it) or put a pooler in between.',
  ],
  SERVER_LOGIN_FAILED: (attempt, { code }) => [
    `The login at ${where(attempt)} failed${code === undefined ? '' : ` with code \`${code}\``}.`,
    'Read the log of the server, or of the pooler, at this time: it has the reason in full.',
  ],
  ACCESS_DENIED: (attempt, refusal) => [
    `The server at ${where(attempt)} does not let the role ${inCode(roleOf(attempt))} in${deniedBecause(refusal)}.`,
    deniedRemedy(attempt, refusal),
  ],
  DATABASE_MISSING: (attempt) => [
    `The server at ${where(attempt)} has no database ${inCode(databaseOf(attempt))}.`,
    `Correct the name at the end of the URL, or create it: \`CREATE DATABASE ${sqlName(databaseOf(attempt))}\`.`,
  ],
}

function where({ url }: Attempt): string {
  return inCode(placeOf(url))
}

function roleOf({ url }: Attempt): string {
  return url.role || 'of this operating system account'
}

// As pg does it, a URL without a database means the one that is called as the role.
function databaseOf({ url }: Attempt): string {
  return url.database || url.role
}

function fullOf({ url }: Attempt): string {
  return `all that ${inCode(url.role)} may have are taken`
}

/** What the refusal is about, where the code tells. */
function deniedBecause({ code, message }: Refusal): string {
  if (message.startsWith('SASL') && /must be a (?:non-empty )?string/.test(message)) {
    return ': it asks for a password, and the URL has none'
  }
  if (code === '28P01' || /^SASL|password|auth failed/i.test(message)) {
    return ': the password or the name of the role is wrong'
  }
  if (code === '42501') return ': it may not connect to this database'
  return ': no rule of `pg_hba.conf` admits it from here, or it may not log in'
}

function deniedRemedy(attempt: Attempt, { code }: Refusal): string {
  const role = sqlName(attempt.url.role)
  if (code === '42501') {
    return `\`GRANT CONNECT ON DATABASE ${sqlName(databaseOf(attempt))} TO ${role}\`, as the owner of the database.`
  }
  if (code === '28000') {
    return `Add a rule for it to \`pg_hba.conf\` (or to the allowed addresses of the provider), and see that it may log in: \`ALTER ROLE ${role} LOGIN\`.`
  }
  return 'Correct user and password in the URL. In both, write `@ : / ? # %` and blanks percent-encoded: an unencoded sign cuts the password short.'
}

function evidenceOf({ code }: Refusal, { url, through }: Attempt): DoctorFinding['evidence'] {
  return {
    through,
    host: shownName(url.host),
    port: url.port,
    ...(code !== undefined && { code: shownName(code) }),
  }
}

function refusalOf(error: unknown): Refusal {
  const message = error instanceof Error ? error.message : String(error)
  if (!(error instanceof Error)) return { message }
  // What Node.js, OpenSSL and pg add to their errors.
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown }
  return {
    message,
    ...(typeof code === 'string' && { code }),
    ...(typeof syscall === 'string' && { syscall }),
  }
}
