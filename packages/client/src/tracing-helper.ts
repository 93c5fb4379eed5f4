import type { Attributes, Context, Span } from '@opentelemetry/api'

/** What Prisma says of a span that it is about to begin. */
export interface PrismaSpan {
  readonly name: string
  readonly attributes?: Attributes
}

/** Gets no span where the instrumentation leaves this one out. */
export type SpanCallback = (span?: Span, context?: Context) => unknown

/** How Prisma runs code in a span: it ends the span when what the code returns has settled. */
export type RunInChildSpan = (
  this: unknown,
  options: PrismaSpan | string,
  callback: SpanCallback,
) => unknown

/** What a client calls, and `@prisma/instrumentation` leaves on `globalThis` for it. */
export interface TracingHelper {
  runInChildSpan: RunInChildSpan
}

// An instrumentation puts its helper under this name and under one with its major version
// (`V7_PRISMA_INSTRUMENTATION`); a client looks at both. It is one object, so that one name will do
// to see the next one come.
const NAME = 'PRISMA_INSTRUMENTATION'
const NAMES = /^(?:V\d+_)?PRISMA_INSTRUMENTATION$/

/**
 * Calls back with every helper that there is, and with those that will be put there later. Returns
 * what ends this.
 *
 * @internal
 */
export function watchTracingHelpers(found: (helper: TracingHelper) => void): () => void {
  const tell = (holder: unknown): void => {
    const helper = memberOf(holder, 'helper')
    if (isTracingHelper(helper)) found(helper)
  }
  for (const name of Object.keys(globalThis)) {
    if (NAMES.test(name)) tell(Reflect.get(globalThis, name))
  }

  let value: unknown = Reflect.get(globalThis, NAME)
  const get = (): unknown => value
  const set = (next: unknown): void => {
    value = next
    tell(next)
  }
  // An instrumentation that is disabled deletes the property, and must be able to.
  Object.defineProperty(globalThis, NAME, { get, set, configurable: true, enumerable: true })
  return () => {
    if (Object.getOwnPropertyDescriptor(globalThis, NAME)?.get !== get) return
    Reflect.deleteProperty(globalThis, NAME)
    if (value !== undefined) Reflect.set(globalThis, NAME, value)
  }
}

/**
 * The object that the method of a helper comes from: that of its class, mostly, which the helper of
 * an instrumentation that is disabled and enabled again has too.
 *
 * @internal
 */
export function ownerOfMethod(helper: TracingHelper): TracingHelper {
  let owner: object | null = helper
  while (owner !== null && !Object.hasOwn(owner, 'runInChildSpan')) {
    owner = Object.getPrototypeOf(owner)
  }
  return isTracingHelper(owner) ? owner : helper
}

function isTracingHelper(value: unknown): value is TracingHelper {
  return typeof memberOf(value, 'runInChildSpan') === 'function'
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
