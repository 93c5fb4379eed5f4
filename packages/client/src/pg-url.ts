import { OnePrismaError } from './errors.ts'
import type { PgPoolOptions } from './pg-pool.ts'

/** A connection string without the parameters that only Prisma 6 understood. */
export interface PgUrl {
  readonly connectionString: string
  readonly options: PgPoolOptions
  readonly schema: string | undefined
  /** Whether it says that PgBouncer is in between. */
  readonly isPgBouncer: boolean
}

/**
 * Translates the parameters that Prisma 6 documented for PostgreSQL. What pg understands by itself
 * stays in the string. Nothing of the string is ever part of a message, but the names of parameters.
 *
 * @internal
 */
export function translatePgUrl(url: string): PgUrl {
  refuseMalformed(url)
  const [base = '', query = ''] = splitOnce(url, '?')
  const parameters = new URLSearchParams(query)
  const take = (name: string): string | undefined => {
    const value = parameters.get(name) ?? undefined
    parameters.delete(name)
    return value
  }

  const isPgBouncer = take('pgbouncer') === 'true'
  const socketTimeout = take('socket_timeout')
  if (isPgBouncer && socketTimeout !== undefined) {
    throw refused(
      'socket_timeout',
      'a pooler refuses it; set statement_timeout on the role instead',
    )
  }
  const cacheSize = take('statement_cache_size')
  const isUnnamed = isPgBouncer || cacheSize === '0'
  for (const [name, remedy] of Object.entries(REFUSED)) {
    if (parameters.has(name)) throw refused(name, remedy)
  }

  const acquire = [take('pool_timeout'), take('connect_timeout')]
    .map((value, index) => seconds(index === 0 ? 'pool_timeout' : 'connect_timeout', value))
    .filter((value) => value !== undefined)
  const options: Record<string, number | string | undefined> = {
    preparedStatements: isUnnamed ? 'never' : undefined,
    maxPreparedStatements: isUnnamed ? undefined : wholeNumber('statement_cache_size', cacheSize),
    max: wholeNumber('connection_limit', take('connection_limit')),
    acquireTimeoutMs: acquire.length > 0 ? Math.max(...acquire) : undefined,
    idleTimeoutMs: seconds('max_idle_connection_lifetime', take('max_idle_connection_lifetime')),
    maxLifetimeMs: seconds('max_connection_lifetime', take('max_connection_lifetime')),
    statementTimeoutMs: seconds('socket_timeout', socketTimeout),
  }
  const applicationName = take('application_name')
  const schema = take('schema')
  translateTls(take('sslaccept'), parameters)

  const rest = parameters.toString()
  return {
    connectionString: rest === '' ? base : `${base}?${rest}`,
    options: {
      ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
      ...(applicationName && { applicationName }),
    },
    schema: schema || undefined,
    isPgBouncer,
  }
}

const REFUSED: Readonly<Record<string, string>> = {
  sslidentity: 'pg takes no PKCS#12 file; convert it and use sslcert and sslkey',
  sslpassword: 'pg takes no PKCS#12 file; convert it and use sslcert and sslkey',
  single_use_connections: 'the pool has no such mode; remove it',
}

function refuseMalformed(url: string): void {
  const scheme = /^([a-z][a-z+]*):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme !== 'postgres' && scheme !== 'postgresql') {
    const isAccelerate = scheme === 'prisma' || scheme === 'prisma+postgres'
    throw new OnePrismaError(
      'CONNECTION_STRING_INVALID',
      isAccelerate
        ? 'The connection string is one of Prisma Accelerate, which no driver adapter can use. Set the direct URL of the database, which starts with postgres:// or postgresql://.'
        : 'The connection string does not start with postgres:// or postgresql://.',
    )
  }
  // A host may be missing where `?host=` names a socket; URL insists on one after credentials.
  const parsable = url.replace('@/', '@localhost/').replace('@?', '@localhost?')
  if (url.includes('//') && URL.canParse(parsable)) return

  throw new OnePrismaError(
    'CONNECTION_STRING_INVALID',
    'The connection string cannot be read (it is not shown, for it may hold a password). Expected postgres://user:password@host:port/database; in user and password, write @ : / ? # % and blanks percent-encoded.',
  )
}

// Prisma 6 accepted any certificate unless told otherwise; pg verifies. Only what is written counts.
function translateTls(sslaccept: string | undefined, parameters: URLSearchParams): void {
  if (sslaccept === undefined) return
  if (sslaccept === 'accept_invalid_certs') {
    if (parameters.get('sslmode') !== 'disable') parameters.set('sslmode', 'no-verify')
  } else if (sslaccept === 'strict') {
    if (parameters.get('sslmode') !== 'disable') parameters.set('sslmode', 'verify-full')
  } else {
    throw refused('sslaccept', 'it is strict or accept_invalid_certs')
  }
}

function seconds(name: string, value: string | undefined): number | undefined {
  const number = wholeNumber(name, value)
  return number === undefined ? undefined : number * 1_000
}

function wholeNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (/^[1-9]\d{0,6}$/.test(value)) return Number(value)

  throw refused(name, 'it must be a whole number from 1 up; 0 would mean no bound')
}

function refused(name: string, remedy: string): OnePrismaError {
  return new OnePrismaError(
    'URL_PARAMETER_UNSUPPORTED',
    `The parameter "${name}" of the connection string cannot be used: ${remedy}.`,
  )
}

function splitOnce(text: string, separator: string): string[] {
  const index = text.indexOf(separator)
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)]
}
