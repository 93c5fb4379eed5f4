import type { QueryLog } from './query-log.ts'
import type { CommentSettings } from './statement-comment.ts'

/** What `telemetry` was told, with its defaults. */
export interface TelemetrySettings {
  readonly slowQueryMs: number
  readonly heldTransactionMs: number
  readonly recent: number
  readonly comments: CommentSettings | undefined
  readonly log: QueryLog | undefined
}
