import { callSiteOf, frameAbove, type CallSite, type Frame } from './call-site.ts'
import { isOnePrismaError, OnePrismaError, type OnePrismaErrorCode } from './errors.ts'
import { fingerprintOf, inlineSchemaOf } from './fingerprint.ts'
import { Observation } from './observation.ts'
import { observe } from './observe.ts'
import { requireNumber, requireType } from './options.ts'
import { registry } from './registry.ts'
import { runtimeWithoutNode } from './runtime-kind.ts'
import type { Tap, Telemetry } from './tap.ts'

/** What the callback of `sharePrisma` gets, to build its client with. */
export interface ShareTools {
  /**
   * Wraps a driver adapter, so that connections, queries and transactions are counted and a pool
   * that would connect to the wrong place is refused. Works with any adapter of Prisma.
   */
  readonly observe: <Factory extends object>(factory: Factory) => Factory
}

/** Options of `sharePrisma`. */
export interface SharePrismaOptions<Client extends object = object> {
  /**
   * Which shared client this is, for a process that has several (two databases, two schemas).
   *
   * @default 'default'
   */
  readonly name?: string
  /**
   * How long a client that was replaced may take to finish its work, in milliseconds.
   *
   * @default 10_000
   */
  readonly drainTimeoutMs?: number
  /**
   * What tells two schemas apart. A client whose fingerprint this process has not seen replaces the
   * one in use, in development.
   *
   * @default a hash of the schema that a PrismaClient carries; `undefined` for any other object
   */
  readonly fingerprint?: (client: Client) => string | undefined
  /** What `telemetry()` of `@oneprisma/client/telemetry` returns: logs, metrics, events, comments. */
  readonly telemetry?: Telemetry
}

export const DEFAULT_DRAIN_TIMEOUT_MS = 10_000

/** A client as the callback built it, with what belongs to it. */
export interface Built {
  readonly client: object
  readonly observation: Observation
  readonly tap: Tap | undefined
  readonly schema: string | undefined
  readonly fingerprint: string | undefined
}

/**
 * One evaluation of the user's shared module: how to build its client, and where it stands.
 *
 * @internal
 */
export class Definition {
  readonly name: string
  readonly drainTimeoutMs: number
  /** Whether this evaluation has been compared with the client in use. */
  isSettled: boolean = false
  readonly #frame: Frame | undefined
  readonly #create: (tools: ShareTools) => object
  readonly #options: SharePrismaOptions<never>

  constructor(
    create: (tools: ShareTools) => object,
    options: SharePrismaOptions<never>,
    calledFrom: (...args: never[]) => unknown,
  ) {
    const { name = 'default', drainTimeoutMs = DEFAULT_DRAIN_TIMEOUT_MS } = options
    requireType('create', create, 'function')
    requireType('name', name, 'string')
    requireType('fingerprint', options.fingerprint ?? create, 'function')
    requireNumber('drainTimeoutMs', drainTimeoutMs, 0)

    this.name = name
    this.#frame = frameAbove(calledFrom)
    this.drainTimeoutMs = drainTimeoutMs
    this.#create = create
    this.#options = options
  }

  get site(): CallSite {
    return callSiteOf(this.#frame)
  }

  /**
   * The text of the callback, alike in every bundle that Next.js makes of one module in development
   * once the names of the bundle's layer are taken out.
   */
  get text(): string {
    return this.#create.toString().replace(/\[[a-z-]+\]|\$5b\$[a-z-]+\$5d\$/g, '')
  }

  /** Runs the callback. The client that it returns has opened nothing yet. */
  build(): Built {
    refuseRuntime()
    const observation = new Observation()
    const tap = this.#options.telemetry?.tap(this.name)
    const client = this.#call({
      observe: (factory) =>
        (tap?.adapter ?? observe)(
          registry().testedAs?.(factory, this.name) ?? factory,
          observation,
        ),
    })
    const schema = inlineSchemaOf(client)
    // The callback made this client, so its own fingerprint function takes it.
    const own = this.#options.fingerprint?.(client as never)
    return {
      client,
      observation,
      tap,
      schema,
      fingerprint: own ?? (schema === undefined ? undefined : fingerprintOf(schema)),
    }
  }

  #call(tools: ShareTools): object {
    let client: unknown
    try {
      client = this.#create(tools)
    } catch (error) {
      // An error of ours says enough by itself, whichever copy of the package it comes from.
      if (isOnePrismaError(error)) throw error
      const kind = error instanceof Error ? error.name : typeof error
      throw this.#fault('CREATE_FAILED', `threw ${kind}; see the cause`, error)
    }

    if (typeof client !== 'object' || client === null) {
      throw this.#fault(
        'CREATE_RETURNED_NOTHING',
        `returned ${client === null ? 'null' : typeof client}. It must return the client`,
      )
    }
    if ('then' in client && typeof client.then === 'function') {
      // Nobody else will look at this promise; its failure must not end the process.
      Promise.resolve(client).catch(() => {})
      throw this.#fault(
        'CREATE_RETURNED_PROMISE',
        'returned a promise. Return the client itself; it connects on its first query',
      )
    }
    return client
  }

  #fault(code: OnePrismaErrorCode, what: string, cause?: unknown): OnePrismaError {
    return new OnePrismaError(
      code,
      `The callback of shared client "${this.name}" (${this.site.text}) ${what}.`,
      { cause },
    )
  }
}

function refuseRuntime(): void {
  const runtime = runtimeWithoutNode()
  if (runtime === undefined || runtime === 'workerd') return

  throw new OnePrismaError(
    'UNSUPPORTED_RUNTIME',
    'A shared client was used in an edge runtime or a browser. Import it only in Node.js.',
  )
}
