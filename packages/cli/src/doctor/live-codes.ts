import type { DoctorCheck } from './check.ts'

/** What the doctor can find by asking the server. */
export type LiveCode =
  | 'SERVER_URL_UNREADABLE'
  | 'SERVER_NOT_COVERED'
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
  | 'TLS_UNTRUSTED'
  | 'TLS_WRONG_HOST'
  | 'TLS_EXPIRED'
  | 'TLS_NOT_OFFERED'
  | 'TLS_REQUIRED'
  | 'TLS_FILE_UNREADABLE'
  | 'TLS_FAILED'
  | 'TLS_UNVERIFIED'
  | 'TLS_OFF'
  | 'SERVER_CHECKS_INCOMPLETE'
  | 'SERVER_PRIVILEGES_MISSING'
  | 'SERVER_VERSION_ENDED'
  | 'SERVER_VERSION_ENDING'
  | 'SERVER_IS_STANDBY'
  | 'DATABASE_READ_ONLY'
  | 'SERVER_CLOCK_OFF'
  | 'ROLE_IS_SUPERUSER'
  | 'POOL_EXCEEDS_SERVER'
  | 'POOL_HEADROOM_SMALL'
  | 'CONNECTIONS_NEARLY_USED_UP'
  | 'CONNECTION_HOLDERS'
  | 'APPLICATION_NAME_MISSING'
  | 'SEVERAL_POOLS_IN_PROCESS'
  | 'TRANSACTION_LEFT_IDLE'
  | 'STATEMENT_RUNNING_LONG'
  | 'LOCK_WAIT'
  | 'PREPARED_TRANSACTION_LEFT'
  | 'STATEMENT_TIMEOUT_MISSING'
  | 'IDLE_TRANSACTION_TIMEOUT_MISSING'
  | 'LOCK_TIMEOUT_MISSING'
  | 'SERVER_LOGS_PARAMETERS'
  | 'STATEMENT_TEXT_CUT'
  | 'SERVER_KEEPALIVES_SLOW'
  | 'STATEMENT_STATISTICS_MISSING'
  | 'AUTH_INDEX_NOT_IN_DATABASE'
  | 'POOLER_IN_BETWEEN'
  | 'POOLER_STATEMENT_MODE'
  | 'POOLER_FORGETS_STATEMENTS'
  | 'POOLER_EXCEEDS_SERVER'
  | 'POOLER_WITHOUT_DIRECT_URL'
  | 'DIRECT_URL_POOLED'
  | 'DIRECT_URL_ELSEWHERE'

export const LIVE_CHECKS: Readonly<Record<LiveCode, DoctorCheck>> = {
  SERVER_URL_UNREADABLE: { severity: 'error', title: 'A connection string that cannot be used' },
  SERVER_NOT_COVERED: { severity: 'info', title: 'A database that the live checks do not cover' },
  SERVER_REFUSED: { severity: 'error', title: 'A port that nothing listens on' },
  SERVER_HOST_UNKNOWN: { severity: 'error', title: 'A host that has no address' },
  SERVER_UNREACHABLE: { severity: 'error', title: 'A host that no way leads to' },
  SERVER_TIMED_OUT: { severity: 'error', title: 'A server that does not answer' },
  SERVER_HUNG_UP: { severity: 'error', title: 'A server that closes the connection' },
  SERVER_STARTING: { severity: 'error', title: 'A server that is starting or stopping' },
  SERVER_FULL: { severity: 'error', title: 'A server without a free connection' },
  SERVER_LOGIN_FAILED: { severity: 'error', title: 'A login that failed for another reason' },
  ACCESS_DENIED: { severity: 'error', title: 'A login that is refused' },
  DATABASE_MISSING: { severity: 'error', title: 'A database that is not there' },
  TLS_UNTRUSTED: { severity: 'error', title: 'A certificate that is not trusted' },
  TLS_WRONG_HOST: { severity: 'error', title: 'A certificate for another host' },
  TLS_EXPIRED: { severity: 'error', title: 'A certificate outside of its time' },
  TLS_NOT_OFFERED: { severity: 'error', title: 'A server without TLS' },
  TLS_REQUIRED: { severity: 'error', title: 'A server that insists on TLS' },
  TLS_FILE_UNREADABLE: { severity: 'error', title: 'A certificate file that cannot be read' },
  TLS_FAILED: { severity: 'error', title: 'A TLS handshake that fails' },
  TLS_UNVERIFIED: { severity: 'warning', title: 'A certificate that nobody checks' },
  TLS_OFF: { severity: 'warning', title: 'A connection over the internet without TLS' },
  SERVER_CHECKS_INCOMPLETE: { severity: 'warning', title: 'Checks that could not be made' },
  SERVER_PRIVILEGES_MISSING: { severity: 'info', title: 'A role that does not see everything' },
  SERVER_VERSION_ENDED: { severity: 'warning', title: 'A PostgreSQL without security updates' },
  SERVER_VERSION_ENDING: { severity: 'warning', title: 'A PostgreSQL whose updates end soon' },
  SERVER_IS_STANDBY: { severity: 'error', title: 'A standby that takes no writes' },
  DATABASE_READ_ONLY: { severity: 'error', title: 'Transactions that are read-only by default' },
  SERVER_CLOCK_OFF: { severity: 'warning', title: 'Clocks that differ' },
  ROLE_IS_SUPERUSER: { severity: 'info', title: 'An application that is a superuser' },
  POOL_EXCEEDS_SERVER: { severity: 'error', title: 'Pools that exceed the server' },
  POOL_HEADROOM_SMALL: { severity: 'warning', title: 'Pools that leave no room' },
  CONNECTIONS_NEARLY_USED_UP: { severity: 'warning', title: 'Connections that are nearly used up' },
  CONNECTION_HOLDERS: { severity: 'info', title: 'Who holds the connections' },
  APPLICATION_NAME_MISSING: { severity: 'warning', title: 'Connections without a name' },
  SEVERAL_POOLS_IN_PROCESS: { severity: 'warning', title: 'Several pools in one process' },
  TRANSACTION_LEFT_IDLE: { severity: 'warning', title: 'A transaction that is idle for long' },
  STATEMENT_RUNNING_LONG: { severity: 'warning', title: 'A statement that runs for long' },
  LOCK_WAIT: { severity: 'warning', title: 'A wait for a lock' },
  PREPARED_TRANSACTION_LEFT: { severity: 'warning', title: 'A prepared transaction left behind' },
  STATEMENT_TIMEOUT_MISSING: { severity: 'warning', title: 'Statements without a bound' },
  IDLE_TRANSACTION_TIMEOUT_MISSING: {
    severity: 'warning',
    title: 'Idle transactions without a bound',
  },
  LOCK_TIMEOUT_MISSING: { severity: 'info', title: 'Waits for locks without a bound' },
  SERVER_LOGS_PARAMETERS: { severity: 'warning', title: 'A server that logs parameters' },
  STATEMENT_TEXT_CUT: { severity: 'info', title: 'Statements that are cut off in views' },
  SERVER_KEEPALIVES_SLOW: { severity: 'info', title: 'Dead clients that are noticed late' },
  STATEMENT_STATISTICS_MISSING: { severity: 'info', title: 'No statistics of statements' },
  AUTH_INDEX_NOT_IN_DATABASE: {
    severity: 'warning',
    title: 'A table of Auth.js without its index in the database',
  },
  POOLER_IN_BETWEEN: { severity: 'info', title: 'A pooler in between' },
  POOLER_STATEMENT_MODE: { severity: 'error', title: 'A pooler that refuses transactions' },
  POOLER_FORGETS_STATEMENTS: { severity: 'info', title: 'A pooler that loses named statements' },
  POOLER_EXCEEDS_SERVER: { severity: 'error', title: 'A pooler that exceeds the server' },
  POOLER_WITHOUT_DIRECT_URL: { severity: 'warning', title: 'A pooler without a way past it' },
  DIRECT_URL_POOLED: { severity: 'error', title: 'A direct URL that is pooled' },
  DIRECT_URL_ELSEWHERE: { severity: 'error', title: 'A direct URL to another database' },
}
