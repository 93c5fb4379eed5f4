import type { DoctorFinding } from '../finding.ts'
import { explainTls, tlsCodeOf } from './explain-tls.ts'
import { found } from './found.ts'
import type { LiveOptions } from './live-options.ts'
import { insistsOnTls } from './insists-on-tls.ts'
import { refusalKindOf, refusalOf, type Refusal, type RefusalKind } from './refusal.ts'
import { placeOf, type ServerUrl } from './server-url.ts'
import { inCode, shownName, sqlName } from './shown.ts'

/** A connection string that led nowhere, and how it was tried. */
export interface Attempt {
  readonly url: ServerUrl
  readonly through: 'url' | 'directUrl'
  readonly options: LiveOptions
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
  const kind = refusalKindOf(refusal)
  const [sentence, change] = EXPLANATIONS[kind](attempt, refusal)
  return found(kind, { message: sentence, evidence: evidenceOf(refusal, attempt), change })
}

type Explain = (attempt: Attempt, refusal: Refusal) => readonly [message: string, change: string]

const EXPLANATIONS: Readonly<Record<RefusalKind, Explain>> = {
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
    'Let this address through the firewall or the security group of the server. A server that scales to zero needs longer for its first connection: try again. A pooler whose server is away looks the same: ask for the log of the pooler.',
  ],
  SERVER_HUNG_UP: (attempt) => [
    `${where(attempt)} took the connection and closed it without a word.`,
    'See whether the port is that of a PostgreSQL server, whether the proxy in front of it has a server behind it, and what the log of the server says.',
  ],
  SERVER_STARTING: (attempt, { message }) => [
    message.startsWith('server login')
      ? `The pooler at ${where(attempt)} is not let in by the server behind it, or does not reach it.`
      : `The server at ${where(attempt)} is starting, recovering or stopping, and takes no connections.`,
    'Wait and try again. Where it goes on for minutes, read the log of the server (and of the pooler): a recovery tells its progress there.',
  ],
  SERVER_FULL: (attempt, refusal) => {
    const [what, remedy] = fullOf(refusal, attempt)
    return [
      `${where(attempt)} has no free connection for the role ${inCode(roleOf(attempt))}: ${what}.`,
      `${remedy} To see who holds them, run this with the URL of a superuser or of a role with \`pg_use_reserved_connections\`: some connections are kept for those.`,
    ]
  },
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

/** What is used up, as far as the server says it in English, and what to do about it. */
function fullOf({ message }: Refusal, { url }: Attempt): readonly [what: string, remedy: string] {
  if (/connections for role/.test(message)) {
    return [
      'the connection limit of the role is reached',
      `Lower \`max\` of the pools, or raise the limit where the server has room: \`ALTER ROLE ${sqlName(url.role)} CONNECTION LIMIT …\`.`,
    ]
  }
  if (/connections for database/.test(message)) {
    return [
      'the connection limit of the database is reached',
      `Lower \`max\` of the pools, or raise the limit where the server has room: \`ALTER DATABASE ${sqlName(url.database || url.role)} CONNECTION LIMIT …\`.`,
    ]
  }
  if (/max_client_conn/.test(message)) {
    return [
      'the pooler takes no more clients (`max_client_conn`)',
      'Raise `max_client_conn` of PgBouncer, and its limit of open files with it: a client costs it little.',
    ]
  }
  return [
    'all that the server has are taken',
    'Lower `max` of the pools (`oneprisma budget` computes it), or put a pooler in between.',
  ]
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
