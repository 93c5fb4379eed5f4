import { classifyError } from './classify-error.ts'
import type { ErrorRecord } from './telemetry-records.ts'

// Of Prisma (P2002), of databases (23505, 1205), of sockets (ECONNREFUSED), of this package.
const CODE = /^[A-Za-z0-9_]{1,40}$/

/**
 * What may be told of an error: its kind and codes, never its message.
 *
 * @internal
 */
export function errorRecordOf(error: unknown): ErrorRecord {
  const databaseCode = codeOf(databaseCauseOf(error), 'originalCode')
  return {
    kind: classifyError(error).kind,
    code: codeOf(error, 'code') ?? databaseCode,
    databaseCode,
  }
}

/** The cause that a driver adapter gives its errors, whether or not Prisma has wrapped them. */
function databaseCauseOf(error: unknown): unknown {
  const wrapped = memberOf(memberOf(error, 'meta'), 'driverAdapterError') ?? error
  return memberOf(wrapped, 'cause')
}

function codeOf(value: unknown, name: string): string | undefined {
  const code = memberOf(value, name)
  const text = typeof code === 'number' ? String(code) : code
  return typeof text === 'string' && CODE.test(text) ? text : undefined
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
