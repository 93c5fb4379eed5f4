import { OnePrismaError } from './errors.ts'

/** Where a database is, and as whom to connect, without the password. */
export interface PgServer {
  host?: string
  port?: number
  user?: string
  database?: string
  ssl?: boolean | { rejectUnauthorized: boolean }
  options?: string
}

// pg takes `require` and everything above it as "verify the certificate".
const SSL_MODES: Readonly<Record<string, PgServer['ssl']>> = {
  disable: false,
  'no-verify': { rejectUnauthorized: false },
  prefer: true,
  require: true,
  'verify-ca': true,
  'verify-full': true,
}

/**
 * Takes a connection string apart. pg prefers the password of a connection string to any other, an
 * empty one too, so that a password which changes needs settings without such a string.
 *
 * @internal
 */
export function pgServerOf(connectionString: string): PgServer {
  // A host may be missing where `?host=` names a socket; URL insists on one after credentials.
  const url = new URL(connectionString.replace('@/', '@localhost/').replace('@?', '@localhost?'))
  const parameters = new Map(url.searchParams)
  const take = (name: string): string | undefined => {
    const value = parameters.get(name)
    parameters.delete(name)
    return value || undefined
  }
  const sslMode = take('sslmode')
  if (sslMode !== undefined && !(sslMode in SSL_MODES)) throw refused('sslmode')
  const server: Record<string, unknown> = {
    host: take('host') ?? decodeURIComponent(url.hostname),
    port: Number(take('port') ?? url.port) || undefined,
    user: take('user') ?? decodeURIComponent(url.username),
    database: take('dbname') ?? decodeURIComponent(url.pathname.slice(1)),
    ssl: sslMode === undefined ? undefined : SSL_MODES[sslMode],
    options: take('options'),
  }
  for (const name of parameters.keys()) throw refused(name)
  return Object.fromEntries(
    Object.entries(server).filter(([, value]) => value !== undefined && value !== ''),
  )
}

function refused(name: string): OnePrismaError {
  return new OnePrismaError(
    'URL_PARAMETER_UNSUPPORTED',
    `The parameter "${name}" of the connection string cannot be used together with \`password\`: pass it to the adapter yourself, beside \`config\`.`,
  )
}
