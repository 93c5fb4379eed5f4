import type { AsyncLocalStorage } from 'node:async_hooks'
import { OnePrismaError } from './errors.ts'
import { liveProxy, type Target } from './live-proxy.ts'
import { requireNumber, requireType } from './options.ts'
import { settlesWithin } from './timeout.ts'
import { warn } from './warnings.ts'
import { Work } from './work.ts'

/** What a platform gives a request of its own: `ctx` of Cloudflare Workers is one. */
export interface ExecutionContext {
  waitUntil(promise: Promise<unknown>): void
}

/** Options of `requestScope`. */
export interface RequestScopeOptions {
  /**
   * How long work in flight and the closing of the client may take after the handler, in
   * milliseconds. Cloudflare gives 30 seconds.
   *
   * @default 20_000
   */
  readonly timeoutMs?: number
}

/** A client for each request. */
export interface RequestScope<Client extends object, Env> {
  /** Stands for the client of the request that runs, which is created on its first use. */
  readonly prisma: Client
  /**
   * Runs the handler of a request. When it has settled, and what was given to `waitUntil` of the
   * context that it gets, the client of the request is closed, behind the response.
   *
   * @throws OnePrismaError `UNSUPPORTED_RUNTIME` where there is no `node:async_hooks`
   */
  run<Result>(
    context: ExecutionContext,
    env: Env,
    handler: (context: ExecutionContext) => Result | PromiseLike<Result>,
  ): Promise<Result>
}

const DEFAULT_TIMEOUT_MS = 20_000

/**
 * Shares one client over all code of a request, and no longer: for runtimes like Cloudflare Workers,
 * in which a connection belongs to the request that opened it and cannot be used by the next.
 *
 * @example
 * // lib/prisma.ts
 * export const { prisma, run } = requestScope(
 *   (env: Env) =>
 *     new PrismaClient({ adapter: new PrismaPg({ connectionString: env.HYPERDRIVE.connectionString, max: 5 }) }),
 * )
 * // worker.ts
 * export default {
 *   fetch: (request, env, ctx) => run(ctx, env, async () => Response.json(await prisma.user.findMany())),
 * }
 *
 * @throws OnePrismaError `INVALID_OPTION`
 */
export function requestScope<Client extends object, Env = unknown>(
  create: (env: Env) => Client,
  options: RequestScopeOptions = {},
): RequestScope<Client, Env> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
  requireType('create', create, 'function')
  requireNumber('timeoutMs', timeoutMs, 0)

  let scopes: AsyncLocalStorage<Scope> | undefined
  const prisma = liveProxy({
    label: () => 'PrismaClient of the request that runs',
    use: () => {
      const scope = scopes?.getStore()
      if (scope === undefined) {
        throw new OnePrismaError(
          'OUTSIDE_REQUEST',
          'The client of a request was used where no request runs. Use it within `run`, not at the top of a module.',
        )
      }
      return scope.use()
    },
    peek: () => scopes?.getStore()?.target,
  })
  return {
    // The proxy stands for the client that `create` returns.
    prisma: prisma as Client,
    run: async (context, env, handler) => {
      scopes ??= newStorage()
      if (scopes.getStore() !== undefined) return handler(context)

      const scope = new Scope(() => create(env), timeoutMs)
      const own = { waitUntil: (promise: Promise<unknown>) => scope.waitUntil(context, promise) }
      try {
        return await scopes.run(scope, () => handler(own))
      } finally {
        const closed = scope.close()
        context.waitUntil(closed)
      }
    },
  }
}

function newStorage(): AsyncLocalStorage<Scope> {
  const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks')
  if (hooks === undefined) {
    throw new OnePrismaError(
      'UNSUPPORTED_RUNTIME',
      'This runtime has no `node:async_hooks`. On Cloudflare Workers, set the compatibility flag `nodejs_compat` and a compatibility date of 2024-09-23 or later.',
    )
  }
  return new hooks.AsyncLocalStorage()
}

/** A request, and its client. */
class Scope {
  target: Target | undefined
  readonly #create: () => object
  readonly #timeoutMs: number
  readonly #work = new Work('of the request')
  readonly #awaited = new Set<Promise<unknown>>()
  #hasEnded = false

  constructor(create: () => object, timeoutMs: number) {
    this.#create = create
    this.#timeoutMs = timeoutMs
  }

  use(): Target {
    if (this.#hasEnded) {
      throw new OnePrismaError(
        'REQUEST_ENDED',
        'The client of a request was used after its handler had settled. Await the work, or give it to `waitUntil` of the context that the handler gets.',
      )
    }
    this.target ??= { object: this.#create(), work: this.#work, runsHooks: false }
    return this.target
  }

  waitUntil(context: ExecutionContext, promise: Promise<unknown>): void {
    const settled = promise.catch(() => {}).finally(() => this.#awaited.delete(settled))
    this.#awaited.add(settled)
    // Its failure is the platform's to report.
    context.waitUntil(promise)
  }

  /** Waits for what is in flight, and closes the client, within the bound of each. Never rejects. */
  async close(): Promise<void> {
    const isDone = await settlesWithin(this.#settled(), this.#timeoutMs)
    this.#hasEnded = true
    const client = this.target?.object
    if (client === undefined || !('$disconnect' in client)) return

    try {
      // A client of Prisma has it; what it returns does not matter.
      const disconnect = client.$disconnect as () => Promise<unknown>
      const isClosed = await settlesWithin(disconnect.call(client), this.#timeoutMs)
      if (isDone && isClosed) return
      warn(
        'ONEPRISMA_DRAIN_FAILED',
        `The client of a request did not close within ${this.#timeoutMs} ms (units in flight: ${this.#work.inFlight}).`,
      )
    } catch (error) {
      // The message of an error of a driver may hold a secret.
      const kind = error instanceof Error ? error.name : typeof error
      warn('ONEPRISMA_DRAIN_FAILED', `The client of a request did not close: ${kind}.`)
    }
  }

  async #settled(): Promise<void> {
    while (this.#awaited.size > 0 || this.#work.inFlight > 0) {
      // One after the other only because each may bring another one.
      // oxlint-disable-next-line no-await-in-loop
      await Promise.all([...this.#awaited, this.#work.idle()])
    }
  }
}
