import { sqlComment } from './sql-comment.ts'
import type { StatementRecord, StatementVerb } from './telemetry-records.ts'
import type { RequestContext } from './with-request-context.ts'

/** What SQL comments say of the program. */
export interface CommentSettings {
  readonly app: string | undefined
  readonly release: string | undefined
  /** Whether they say what belongs to a request: its id, route and trace. */
  readonly isPerRequest: boolean
}

/** What `@prisma/instrumentation` leaves for the client, whose shape is that of Prisma 6 and 7. */
interface Instrumented {
  readonly V7_PRISMA_INSTRUMENTATION?: Instrumentation
  readonly PRISMA_INSTRUMENTATION?: Instrumentation
}

interface Instrumentation {
  readonly helper?: { getTraceParent?(): string }
}

// These end or divide a transaction; whoever reads logs of the server looks for them as they are.
const BARE: ReadonlySet<StatementVerb> = new Set([
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT',
  'RELEASE',
])

const SAMPLED = /^[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{0,1}[13579bdf]$/

/**
 * The comments of one shared client. They go in front of a statement, where `pg_stat_activity` keeps
 * them when it cuts the text.
 *
 * @internal
 */
export class StatementComments {
  readonly #settings: CommentSettings
  readonly #ofProgram: string
  // Statements of one request often follow one another.
  #last: { readonly context: RequestContext; readonly comment: string } | undefined

  constructor(settings: CommentSettings) {
    this.#settings = settings
    this.#ofProgram = prefix(sqlComment({ app: settings.app, release: settings.release }))
  }

  /** The text of a statement with its comment, the same for all requests where it is prepared. */
  textOf(sql: string, { verb, context, isMerged }: StatementRecord, isPrepared: boolean): string {
    if (BARE.has(verb)) return sql
    // What was merged out of several requests belongs to none of them.
    const isOfOne = this.#settings.isPerRequest && !isMerged && !isPrepared
    return (isOfOne ? this.#commentOf(context) : this.#ofProgram) + sql
  }

  #commentOf(context: RequestContext | undefined): string {
    const { app, release } = this.#settings
    const traceparent = activeTrace()
    if (traceparent === undefined) {
      if (context === undefined) return this.#ofProgram
      if (context === this.#last?.context) return this.#last.comment
    }

    const comment = prefix(
      sqlComment({
        app,
        release,
        request_id: context?.requestId,
        route: context?.route,
        traceparent: traceparent ?? context?.traceparent,
      }),
    )
    if (context !== undefined && traceparent === undefined) this.#last = { context, comment }
    return comment
  }
}

function prefix(comment: string): string {
  return comment === '' ? '' : `${comment} `
}

/** The trace that Prisma's own instrumentation is in, where it is on and the trace is sampled. */
function activeTrace(): string | undefined {
  // Present where `@prisma/instrumentation` is on; nobody else declares it.
  const host = globalThis as Instrumented
  const { helper } = host.V7_PRISMA_INSTRUMENTATION ?? host.PRISMA_INSTRUMENTATION ?? {}
  const traceparent = helper?.getTraceParent?.()
  return traceparent !== undefined && SAMPLED.test(traceparent) ? traceparent : undefined
}
