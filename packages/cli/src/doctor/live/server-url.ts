import { translatePgUrl } from '../../../../client/src/pg-url.ts'

/** A connection string taken apart, as far as anything of it may be told. */
export interface ServerUrl {
  /** As pg takes it. Never printed. */
  readonly connectionString: string
  readonly host: string
  readonly port: number
  readonly role: string
  readonly database: string
  readonly schema: string | undefined
  /** `connection_limit`, which `pgPool()` follows. */
  readonly poolMax: number | undefined
  /** What may not be printed, wherever it comes from. */
  readonly secrets: readonly string[]
}

// What comes before `://`, and what it is the connection string of.
const ENGINES: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL',
  postgresql: 'PostgreSQL',
  mysql: 'MySQL or MariaDB',
  mariadb: 'MySQL or MariaDB',
  sqlserver: 'SQL Server',
  mongodb: 'MongoDB',
  'mongodb+srv': 'MongoDB',
  libsql: 'libSQL',
  prisma: 'Prisma Accelerate',
  'prisma+postgres': 'Prisma Accelerate',
}

/** What a connection string leads to; undefined where nobody knows. */
export function engineOf(url: string): string | undefined {
  const scheme = /^([a-z][a-z+]*):/i.exec(url.trim())?.[1]?.toLowerCase() ?? ''
  return scheme === 'file' ? 'SQLite' : ENGINES[scheme]
}

/**
 * Takes a connection string of PostgreSQL apart as `pgPool()` does.
 *
 * @throws OnePrismaError `CONNECTION_STRING_INVALID`, `URL_PARAMETER_UNSUPPORTED`
 */
export function readServerUrl(given: string): ServerUrl {
  const { connectionString, options, schema } = translatePgUrl(given.trim())
  // A host may be missing where `?host=` names a socket; URL insists on one after credentials.
  const url = new URL(connectionString.replace('@/', '@localhost/').replace('@?', '@localhost?'))
  const { searchParams } = url
  const port = Number(searchParams.get('port') ?? url.port)
  return {
    connectionString: quietly(connectionString),
    host: searchParams.get('host') ?? (decodeURIComponent(url.hostname) || 'localhost'),
    port: port > 0 ? port : 5432,
    role: searchParams.get('user') ?? decodeURIComponent(url.username),
    database: searchParams.get('dbname') ?? decodeURIComponent(url.pathname.slice(1)),
    schema,
    poolMax: options.max,
    secrets: [url.password, decodeURIComponent(url.password), searchParams.get('password') ?? ''],
  }
}

/** Where a connection string leads to, as it may be told. */
export function placeOf({ host, port }: Pick<ServerUrl, 'host' | 'port'>): string {
  return host.startsWith('/') ? host : `${host}:${port}`
}

/** pg warns on stderr that it takes `require` and others for `verify-full`, which is said here. */
function quietly(connectionString: string): string {
  if (connectionString.includes('uselibpqcompat=true')) return connectionString
  return connectionString.replace(
    /([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/,
    '$1verify-full',
  )
}
