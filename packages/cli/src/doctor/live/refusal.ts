import type { LiveCode } from '../live-codes.ts'

/** What pg, the server, TLS and the network say of a connection that was not made. */
export interface Refusal {
  readonly code?: string
  readonly syscall?: string
  readonly message: string
}

/** What a refusal is, where it is not about encryption. */
export type RefusalKind = Extract<
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
const BY_CODE: Readonly<Record<string, RefusalKind>> = {
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
const BY_MESSAGE: ReadonlyArray<readonly [RegExp, RefusalKind]> = [
  [/^timeout expired$|^Query read timeout$/, 'SERVER_TIMED_OUT'],
  [/^Connection terminated/, 'SERVER_HUNG_UP'],
  [/no more connections allowed|max_client_conn|too many clients/i, 'SERVER_FULL'],
  [/no such database|database .* does not exist/i, 'DATABASE_MISSING'],
  [/^SASL|password authentication failed|auth failed|no such user/i, 'ACCESS_DENIED'],
  [/server login has been failing|the database system is/i, 'SERVER_STARTING'],
]

/** Tells what a refusal is, by its code, and by its words where codes are shared. */
export function refusalKindOf({ code = '', message }: Refusal): RefusalKind {
  const byMessage = BY_MESSAGE.find(([words]) => words.test(message))?.[1]
  return BY_CODE[code] ?? byMessage ?? 'SERVER_LOGIN_FAILED'
}

/** What an error of a connection says. */
export function refusalOf(error: unknown): Refusal {
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
