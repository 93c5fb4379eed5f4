import type { CheckServerOptions } from '../check-server-options.ts'

/** What the checks were given, with what was not given filled in. */
export type LiveOptions = CheckServerOptions & Required<Pick<CheckServerOptions, Bound>>

type Bound =
  | 'connectTimeoutMs'
  | 'statementTimeoutMs'
  | 'idleTransactionMs'
  | 'longStatementMs'
  | 'lockWaitMs'
  | 'now'

export function liveOptionsOf(options: CheckServerOptions): LiveOptions {
  return {
    ...options,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    statementTimeoutMs: options.statementTimeoutMs ?? 5_000,
    idleTransactionMs: options.idleTransactionMs ?? 30_000,
    longStatementMs: options.longStatementMs ?? 60_000,
    lockWaitMs: options.lockWaitMs ?? 5_000,
    now: options.now ?? Date.now,
  }
}
