import type { Built, Definition } from './definition.ts'
import { OnePrismaError } from './errors.ts'
import { Generation } from './generation.ts'
import { StaleClient } from './stale-client.ts'
import { isTwo, refuseTwo } from './twice-defined.ts'
import { warn } from './warnings.ts'

/**
 * Everything that a process knows about one shared client: the generation in use, the ones that are
 * ending, and the newest definition, from which the next one would be made.
 *
 * A definition whose schema this process has not seen replaces the client, in development. One whose
 * schema it has seen does so only if that is the schema on disk: after `prisma generate`, bundlers
 * evaluate modules with an older schema again.
 *
 * @internal
 */
export class Slot {
  readonly name: string
  readonly draining: Set<Generation> = new Set()
  #current: Generation | undefined
  #newest: Definition | undefined
  #newestFingerprint: string | undefined
  #count = 0
  #stale: StaleClient | undefined
  #state: 'open' | 'draining' | 'drained' = 'open'
  #drained: Promise<void> | undefined
  readonly #seen = new Set<string>()
  readonly #warned = new Set<string>()

  constructor(name: string) {
    this.name = name
  }

  /** How many generations there have been. */
  get generations(): number {
    return this.#count
  }

  get current(): Generation | undefined {
    return this.#current
  }

  get state(): 'idle' | 'open' | 'draining' | 'drained' {
    return this.#state === 'open' && this.#current === undefined ? 'idle' : this.#state
  }

  /** Returns the generation to work with, creating or replacing it where that is due. */
  enter(definition: Definition): Generation {
    if (!definition.isSettled) this.#settle(definition)
    const current = this.#current ?? this.#reopen(definition)
    this.#stale?.check(current, false)
    return current
  }

  /** Takes the current generation out of use and closes it; the next use creates another. */
  async close(timeoutMs: number): Promise<void> {
    const current = this.#current
    this.#current = undefined
    if (current !== undefined) this.draining.add(current)

    await Promise.all([...this.draining].map((generation) => this.#end(generation, timeoutMs)))
  }

  /**
   * Refuses new units, lets the open ones finish, and closes for good. Calling it again returns the
   * same promise; after a failure it tries again.
   */
  drain(timeoutMs: number): Promise<void> {
    this.#drained ??= this.#drain(timeoutMs).catch((error: unknown) => {
      this.#drained = undefined
      throw error
    })
    return this.#drained
  }

  async #drain(timeoutMs: number): Promise<void> {
    this.#state = 'draining'
    const open = [...this.draining, ...(this.#current === undefined ? [] : [this.#current])]
    for (const generation of open) generation.work.admit('nested')
    await Promise.all(open.map((generation) => this.#end(generation, timeoutMs)))
    this.#state = 'drained'
  }

  #settle(definition: Definition): void {
    const built = definition.build()
    const { fingerprint } = built
    const newest = this.#newest
    if (newest === undefined) {
      this.#adopt(definition, built)
    } else if (fingerprint === undefined || fingerprint === this.#newestFingerprint) {
      if (process.env['NODE_ENV'] !== 'production' && isTwo(newest, definition, this.#warned)) {
        this.#current?.tap?.emit('definition.duplicate', {
          first: newest.site.text,
          second: definition.site.text,
        })
      }
    } else if (!this.#seen.has(fingerprint) || this.#stale?.isOnDisk(fingerprint)) {
      refuseTwo(newest, definition)
      this.#adopt(definition, built)
    } else if (this.#current !== undefined) {
      this.#stale?.check(this.#current, true)
    }
    definition.isSettled = true
  }

  #adopt(definition: Definition, built: Built): void {
    const previous = this.#current
    this.#newest = definition
    this.#newestFingerprint = built.fingerprint
    if (built.fingerprint !== undefined) this.#seen.add(built.fingerprint)
    // Spelled out, so that a bundler leaves the code for it out of a production build.
    this.#stale =
      process.env['NODE_ENV'] !== 'production' && built.schema !== undefined
        ? StaleClient.watch(this.name, built.schema)
        : undefined
    this.#open(definition, built)
    if (previous === undefined) return

    this.draining.add(previous)
    this.#end(previous, definition.drainTimeoutMs).catch((error: unknown) => {
      // The message of an error of ours holds no secret; that of a driver may.
      const reason = error instanceof OnePrismaError ? error.message : 'its driver failed to close.'
      warn('ONEPRISMA_DRAIN_FAILED', `The replaced client was given up: ${reason}`)
    })
  }

  #reopen(definition: Definition): Generation {
    const newest = this.#newest ?? definition
    return this.#open(newest, newest.build())
  }

  #open(definition: Definition, built: Built): Generation {
    const replaced = this.#current
    this.#current = new Generation(this.name, ++this.#count, built, definition)
    built.tap?.opened(this.#current, replaced)
    if (this.#state !== 'open') this.#current.work.admit('none')
    return this.#current
  }

  async #end(generation: Generation, timeoutMs: number): Promise<void> {
    try {
      await generation.close(timeoutMs)
    } finally {
      this.draining.delete(generation)
    }
  }
}
