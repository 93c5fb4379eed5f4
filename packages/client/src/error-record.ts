import { classifyError } from './classify-error.ts'
import { isOnePrismaError } from './errors.ts'
import type { ErrorRecord } from './telemetry-records.ts'

const PRISMA_CODE = /^P\d{4}$/
const SQL_STATE = /^[0-9A-Z]{5}$/
// SQLSTATE, numbers of MySQL, SQLite and SQL Server, names of MySQL, SQLite and sockets.
const DATABASE_CODE = /^(?:[0-9A-Z]{5}|\d{1,6}|(?:ER|SQLITE)_[A-Z_]{1,40}|E[A-Z_]{1,20})$/
const NODE_CODE = /^[A-Z][A-Z_\d]{1,40}$/

/**
 * What may be told of an error: its kind and codes, never its message.
 *
 * @internal
 */
export function errorRecordOf(error: unknown): ErrorRecord {
  const databaseCode = databaseCodeOf(error)
  return {
    kind: classifyError(error).kind,
    code: codeOf(error) ?? databaseCode,
    databaseCode,
  }
}

/**
 * The code of an error of Prisma, this package, pg or Node.js. What the user throws may have
 * anything there, a voucher for instance.
 */
function codeOf(error: unknown): string | undefined {
  const code = memberOf(error, 'code')
  if (typeof code !== 'string') return undefined
  const isKnown =
    PRISMA_CODE.test(code) ||
    isOnePrismaError(error) ||
    (SQL_STATE.test(code) && typeof memberOf(error, 'severity') === 'string') ||
    (NODE_CODE.test(code) && typeof memberOf(error, 'errno') === 'number')
  return isKnown ? code : undefined
}

/** The code in the cause that a driver adapter gives its errors, wrapped by Prisma or not. */
function databaseCodeOf(error: unknown): string | undefined {
  const wrapped = memberOf(memberOf(error, 'meta'), 'driverAdapterError') ?? error
  const code = memberOf(memberOf(wrapped, 'cause'), 'originalCode')
  const text = typeof code === 'number' ? String(code) : code
  return typeof text === 'string' && DATABASE_CODE.test(text) ? text : undefined
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
