import type { Span } from '@opentelemetry/api'
import type { RepairPrismaSpansOptions } from './repair-prisma-spans.ts'
import type { RunInChildSpan, TracingHelper } from './tracing-helper.ts'

// The digit is the version of the shape below: another copy of this package may read it.
const TRACING: unique symbol = Symbol.for('@oneprisma/client/tracing/1')

/** What the repairs of spans keep, for all bundles of the process. */
interface Tracing {
  /** Those who asked for repairs; the last one's options hold. */
  asked: ReadonlyArray<RepairPrismaSpansOptions>
  /** The methods that were replaced, by the object that has them, often the prototype of a class. */
  readonly repaired: Map<TracingHelper, { original: RunInChildSpan; repaired: RunInChildSpan }>
  /** Ends the watch for helpers that are yet to come. */
  unwatch: () => void
  activeSpan: () => Span | undefined
  /** What each span has been told of its waits, in milliseconds. */
  readonly waitsMs: WeakMap<Span, number>
}

type GlobalWithTracing = typeof globalThis & { [TRACING]?: Tracing }

/**
 * What is known of the repairs; `undefined` before anybody asked for them.
 *
 * @internal
 */
export function knownTracing(): Tracing | undefined {
  const host: GlobalWithTracing = globalThis
  return host[TRACING]
}

/**
 * The same, made where it is missing.
 *
 * @internal
 */
export function tracing(activeSpan: () => Span | undefined): Tracing {
  const host: GlobalWithTracing = globalThis
  return (host[TRACING] ??= {
    asked: [],
    repaired: new Map(),
    unwatch: () => {},
    activeSpan,
    waitsMs: new WeakMap(),
  })
}
