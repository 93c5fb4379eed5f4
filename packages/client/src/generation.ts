import type { CallSite } from './call-site.ts'
import type { Built, Definition } from './definition.ts'
import { OnePrismaError } from './errors.ts'
import type { Observation } from './observation.ts'
import type { Target } from './live-proxy.ts'
import type { Tap } from './tap.ts'
import { settlesWithin } from './timeout.ts'
import { Work } from './work.ts'

// `pool.end()` waits for every connection that is checked out, so closing after a wait that ran out
// may never settle. It gets a bound of its own.
const CLOSE_TIMEOUT_MS = 5_000

interface Closable {
  readonly $disconnect?: () => PromiseLike<unknown>
  readonly [Symbol.asyncDispose]?: () => PromiseLike<unknown>
}

/**
 * One client in the life of a shared client, from its creation to its end.
 *
 * @internal
 */
export class Generation implements Target {
  readonly number: number
  /** The client itself. */
  readonly object: object
  readonly observation: Observation
  readonly schema: string | undefined
  readonly fingerprint: string | undefined
  readonly createdBy: CallSite
  readonly createdAt: Date = new Date()
  readonly work: Work
  /** An extended PrismaClient has hooks of the user, and no `$on`; so may any other object. */
  readonly runsHooks: boolean
  readonly tap: Tap | undefined
  readonly #name: string
  #closing: Promise<void> | undefined

  constructor(name: string, number: number, built: Built, definition: Definition) {
    this.#name = name
    this.number = number
    this.object = built.client
    this.observation = built.observation
    this.schema = built.schema
    this.fingerprint = built.fingerprint
    this.tap = built.tap
    this.createdBy = definition.site
    this.work = new Work(name)
    this.runsHooks = typeof Reflect.get(built.client, '$on') !== 'function'
  }

  /**
   * Waits for the units in flight, then closes the client for good. Both waits are bounded. Calling it again
   * returns the same promise; after a failure it tries again.
   */
  close(timeoutMs: number): Promise<void> {
    this.#closing ??= this.#close(timeoutMs).catch((error: unknown) => {
      this.#closing = undefined
      throw error
    })
    return this.#closing
  }

  async #close(timeoutMs: number): Promise<void> {
    const startedAt = performance.now()
    const isIdle = await settlesWithin(this.work.idle(), timeoutMs)
    const abandoned = this.work.inFlight
    this.work.admit('none')
    this.observation.isClosed = true
    const isClosed = await settlesWithin(closeClient(this.object), CLOSE_TIMEOUT_MS)
    const isClean = isIdle && isClosed
    this.tap?.closed(this, performance.now() - startedAt, isClean)
    if (isClean) return

    throw new OnePrismaError(
      'CLOSE_TIMEOUT',
      `Client "${this.#name}", generation ${this.number}, did not close cleanly (waited=${timeoutMs}ms, inFlight=${abandoned}, closed=${isClosed}). See what holds its connections, or give it more time.`,
    )
  }
}

async function closeClient(client: Closable): Promise<void> {
  await (client.$disconnect?.() ?? client[Symbol.asyncDispose]?.())
}
