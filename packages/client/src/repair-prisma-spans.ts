import { context, propagation, trace, type Span } from '@opentelemetry/api'
import { tellOfFailure } from './failed-span.ts'
import { refuse } from './options.ts'
import { withAttributes } from './span-attributes.ts'
import { knownTracing, tracing } from './tracing.ts'
import {
  ownerOfMethod,
  watchTracingHelpers,
  type RunInChildSpan,
  type SpanCallback,
  type TracingHelper,
} from './tracing-helper.ts'
import { requestContext } from './with-request-context.ts'

/** What `repairPrismaSpans` can be told. */
export interface RepairPrismaSpansOptions {
  /**
   * Whether spans carry the user of the request context, as `enduser.id`.
   *
   * @default false
   */
  readonly recordUser?: boolean
}

/**
 * Adds to the spans of `@prisma/instrumentation` what it omits: the error of code that failed, by
 * name and codes and never by its message; the request context; the wait for a connection; and the
 * trace of the request as the parent, where no other span is active.
 *
 * It may be called before the instrumentation is enabled or after, and more than once: the options of
 * the last call hold. Returns what ends the repairs of this call.
 *
 * @example
 * registerInstrumentations({ instrumentations: [new PrismaInstrumentation()] })
 * repairPrismaSpans()
 *
 * @throws OnePrismaError `INVALID_OPTION`
 */
export function repairPrismaSpans(options: RepairPrismaSpansOptions = {}): () => void {
  const { recordUser = false } = options
  if (typeof recordUser !== 'boolean') refuse('recordUser', 'a boolean', recordUser)

  const shared = tracing(() => trace.getActiveSpan())
  const call = Object.freeze({ recordUser })
  shared.asked = [...shared.asked, call]
  // Anew, because the property that is watched goes when an instrumentation is disabled.
  shared.unwatch()
  shared.unwatch = watchTracingHelpers(repair)
  return () => {
    shared.asked = shared.asked.filter((other) => other !== call)
    if (shared.asked.length === 0) restore()
  }
}

function repair(helper: TracingHelper): void {
  const owner = ownerOfMethod(helper)
  const known = knownTracing()?.repaired
  if (known === undefined || known.has(owner)) return

  const original = owner.runInChildSpan
  const repaired = repairedMethod(original)
  known.set(owner, { original, repaired })
  owner.runInChildSpan = repaired
}

function restore(): void {
  const shared = knownTracing()
  shared?.unwatch()
  for (const [owner, { original, repaired }] of shared?.repaired ?? []) {
    // Where somebody has wrapped ours meanwhile, ours stays and hands everything through.
    if (owner.runInChildSpan !== repaired) continue
    owner.runInChildSpan = original
    shared?.repaired.delete(owner)
  }
}

function repairedMethod(original: RunInChildSpan): RunInChildSpan {
  return function (span, callback) {
    const options = knownTracing()?.asked.at(-1)
    if (options === undefined) return original.call(this, span, callback)
    return inTraceOfRequest(() =>
      original.call(this, withAttributes(span, options), tellingOfFailure(callback)),
    )
  }
}

function tellingOfFailure(callback: SpanCallback): SpanCallback {
  return (span, ...rest) => {
    if (span === undefined) return callback(span, ...rest)
    try {
      const result = callback(span, ...rest)
      return isPromiseLike(result) ? watched(span, result) : result
    } catch (error) {
      tellOfFailure(span, error)
      // Prisma ends a span only when its code returns, and one that never ends is never exported.
      span.end()
      throw error
    }
  }
}

function watched(span: Span, result: PromiseLike<unknown>): PromiseLike<unknown> {
  return result.then(undefined, (error: unknown) => {
    tellOfFailure(span, error)
    throw error
  })
}

/** Where no span is active, what Prisma does belongs to the trace that came in with the request. */
function inTraceOfRequest(run: () => unknown): unknown {
  const active = context.active()
  if (trace.getSpan(active) !== undefined) return run()
  const traceparent = requestContext()?.traceparent
  if (traceparent === undefined) return run()
  return context.with(propagation.extract(active, { traceparent }), run)
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  )
}
