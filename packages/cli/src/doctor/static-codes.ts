import type { DoctorCheck } from './check.ts'

/** What the doctor can find in the files of a repository. */
export type StaticCode =
  | 'ACCELERATE_RETIRED'
  | 'ADAPTER_MISSING'
  | 'AUTH_INDEX_MISSING'
  | 'AUTH_KEY_MISSING'
  | 'BEFORE_EXIT_LISTENER'
  | 'CLIENTS_SCATTERED'
  | 'CLIENT_IN_NODE_MODULES'
  | 'CLIENT_OUTDATED'
  | 'DEBUG_PRINTS_PARAMETERS'
  | 'DIRECT_URL_MISSING'
  | 'DUPLICATE_PACKAGE'
  | 'ERROR_FORMAT_PRINTS_ARGUMENTS'
  | 'EXTERNAL_PACKAGE_MISSING'
  | 'GENERATE_MISSING'
  | 'GUARD_IN_DEVELOPMENT_ONLY'
  | 'INSTALL_UNPINNED'
  | 'MAJORS_DIFFER'
  | 'NODE_TOO_OLD'
  | 'PARAMETERS_LOGGED'
  | 'POOLER_NAMED_STATEMENTS'
  | 'POOLER_SESSION_FEATURE'
  | 'POOLS_EXCEED_DEFAULT'
  | 'POOL_AS_OPTION'
  | 'POOL_FROM_OTHER_COPY'
  | 'POOL_IDLE_UNBOUNDED'
  | 'POOL_NOT_SHARED'
  | 'POOL_SIZE_UNSET'
  | 'POOL_WAIT_UNBOUNDED'
  | 'PRISMA_IN_EDGE'
  | 'PRISMA_TOO_OLD'
  | 'QUERY_TIMEOUT_UNGUARDED'
  | 'SCRIPT_KEEPS_CONNECTIONS'
  | 'SCRIPT_SKIPS_FINALLY'
  | 'STATEMENT_UNBOUNDED'
  | 'TLS_MODE_AMBIGUOUS'
  | 'TLS_OPTION_IGNORED'
  | 'TLS_VERIFICATION_OFF'
  | 'URL_PARAMETER_IGNORED'
  | 'VERSION_UNPINNED'

const error = (title: string): DoctorCheck => ({ severity: 'error', title })
const warning = (title: string): DoctorCheck => ({ severity: 'warning', title })
const info = (title: string): DoctorCheck => ({ severity: 'info', title })

export const STATIC_CHECKS: Readonly<Record<StaticCode, DoctorCheck>> = {
  ACCELERATE_RETIRED: warning('A connection through hosted Accelerate'),
  ADAPTER_MISSING: error('A client of Prisma 7 without an adapter'),
  AUTH_INDEX_MISSING: warning('A table of NextAuth without an index'),
  AUTH_KEY_MISSING: error('A table of NextAuth without a key'),
  BEFORE_EXIT_LISTENER: error('A listener that Prisma 7 refuses'),
  CLIENTS_SCATTERED: warning('Clients in many places'),
  CLIENT_IN_NODE_MODULES: warning('A client in TypeScript inside node_modules'),
  CLIENT_OUTDATED: warning('A generated client that is out of date'),
  DEBUG_PRINTS_PARAMETERS: warning('A `DEBUG` that prints parameters'),
  DIRECT_URL_MISSING: warning('Migrations through a pooler'),
  DUPLICATE_PACKAGE: warning('Two copies of a package'),
  ERROR_FORMAT_PRINTS_ARGUMENTS: warning('Errors with the arguments of queries'),
  EXTERNAL_PACKAGE_MISSING: error('A driver in a bundle of Next.js'),
  GENERATE_MISSING: warning('A client that is not generated on Vercel'),
  GUARD_IN_DEVELOPMENT_ONLY: warning('A client that is shared in development alone'),
  INSTALL_UNPINNED: warning('A command that installs the newest Prisma'),
  MAJORS_DIFFER: error('Packages of Prisma of different majors'),
  NODE_TOO_OLD: error('A Node.js that is too old'),
  PARAMETERS_LOGGED: warning('Logged parameters'),
  POOLER_NAMED_STATEMENTS: warning('Named statements behind a pooler'),
  POOLER_SESSION_FEATURE: error('A feature of sessions behind a pooler'),
  POOLS_EXCEED_DEFAULT: info('Pools that only a larger server can take'),
  POOL_AS_OPTION: error('A pool that is given as an option'),
  POOL_FROM_OTHER_COPY: error('A pool of another copy of pg'),
  POOL_IDLE_UNBOUNDED: warning('Connections that are never closed'),
  POOL_NOT_SHARED: warning('A pool in every bundle'),
  POOL_SIZE_UNSET: info('A pool without a size'),
  POOL_WAIT_UNBOUNDED: warning('A wait without a bound'),
  PRISMA_IN_EDGE: error('Prisma in an edge runtime'),
  PRISMA_TOO_OLD: warning('A Prisma that is too old'),
  QUERY_TIMEOUT_UNGUARDED: error('A query timeout without its guard'),
  SCRIPT_KEEPS_CONNECTIONS: warning('A script that does not disconnect'),
  SCRIPT_SKIPS_FINALLY: info('A script that skips its own `finally`'),
  STATEMENT_UNBOUNDED: info('Statements without a bound'),
  TLS_MODE_AMBIGUOUS: info('A mode of TLS with two meanings'),
  TLS_OPTION_IGNORED: warning('An `ssl` option that is ignored'),
  TLS_VERIFICATION_OFF: warning('A server whose certificate is not verified'),
  URL_PARAMETER_IGNORED: warning('Parameters of a connection string that are ignored'),
  VERSION_UNPINNED: warning('A range that takes Prisma 8'),
}
