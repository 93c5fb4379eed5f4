import type { CallSite } from './call-site.ts'
import type { Built, Definition } from './definition.ts'
import { OnePrismaError } from './errors.ts'
import { GeneratedFiles } from './generated-files.ts'
import { Generation } from './generation.ts'
import { warn, type OnePrismaWarningCode } from './warnings.ts'

// A bundler needs a moment from the write of the generated files to its own rebuild.
const REBUILD_GRACE_MS = 3_000

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
  #files: GeneratedFiles | undefined
  #staleSince: number | undefined
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

  /** Returns the generation to work with, creating or replacing it where that is due. */
  enter(definition: Definition): Generation {
    if (!definition.isSettled) this.#settle(definition)
    const current = this.#current ?? this.#reopen(definition)
    if (this.#files !== undefined) this.#compareWithDisk(this.#files, current, false)
    return current
  }

  /** Takes the current generation out of use and closes it; the next use creates another. */
  async close(timeoutMs: number): Promise<void> {
    const current = this.#current
    this.#current = undefined
    if (current !== undefined) this.draining.add(current)

    await Promise.all([...this.draining].map((generation) => this.#end(generation, timeoutMs)))
  }

  #settle(definition: Definition): void {
    const built = definition.build()
    const { fingerprint } = built
    if (this.#newest === undefined) {
      this.#adopt(definition, built)
    } else if (fingerprint === undefined || fingerprint === this.#newestFingerprint) {
      this.#warnOfDuplicate(this.#newest, definition)
    } else if (!this.#seen.has(fingerprint) || fingerprint === this.#files?.fingerprint()) {
      this.#refuseConflict(this.#newest, definition)
      this.#adopt(definition, built)
    } else if (this.#files !== undefined && this.#current !== undefined) {
      this.#compareWithDisk(this.#files, this.#current, true)
    }
    definition.isSettled = true
  }

  #adopt(definition: Definition, built: Built): void {
    const previous = this.#current
    this.#newest = definition
    this.#newestFingerprint = built.fingerprint
    if (built.fingerprint !== undefined) this.#seen.add(built.fingerprint)
    this.#staleSince = undefined
    // Spelled out, so that a bundler leaves the code for it out of a production build.
    this.#files =
      process.env['NODE_ENV'] !== 'production' && built.schema !== undefined
        ? GeneratedFiles.find(built.schema)
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
    this.#current = new Generation(this.name, ++this.#count, built, definition)
    return this.#current
  }

  async #end(generation: Generation, timeoutMs: number): Promise<void> {
    try {
      await generation.close(timeoutMs)
    } finally {
      this.draining.delete(generation)
    }
  }

  #warnOfDuplicate(first: Definition, second: Definition): void {
    if (process.env['NODE_ENV'] === 'production' || first.text === second.text) return
    const [one, other] = [first.site, second.site]
    if (isOneFile(one, other)) return

    this.#warnOnce(
      'ONEPRISMA_DUPLICATE_DEFINITION',
      other.text,
      `${this.#twice('differently', one, other)} The first is in use.`,
    )
  }

  #refuseConflict(first: Definition, second: Definition): void {
    const [one, other] = [first.site, second.site]
    if (process.env['NODE_ENV'] !== 'production' && isOneFile(one, other)) return

    throw new OnePrismaError('NAME_CONFLICT', this.#twice('with another schema', one, other))
  }

  #twice(how: string, one: CallSite, other: CallSite): string {
    return `Shared client "${this.name}" is defined at ${one.text} and, ${how}, at ${other.text}. Import one module everywhere, or give the second its own name: sharePrisma(create, { name }).`
  }

  #compareWithDisk(files: GeneratedFiles, current: Generation, isRebuilt: boolean): void {
    const onDisk = files.fingerprint()
    if (onDisk === undefined || onDisk === current.fingerprint) {
      this.#staleSince = undefined
      return
    }
    this.#staleSince ??= performance.now()
    const isLate = performance.now() - this.#staleSince >= REBUILD_GRACE_MS
    if (!isRebuilt && !files.isExternal && !isLate) return

    this.#warnOnce(
      'ONEPRISMA_STALE_CLIENT',
      onDisk,
      `Shared client "${this.name}" was generated anew, but this process cannot load it. Restart the dev server.`,
    )
  }

  #warnOnce(code: OnePrismaWarningCode, about: string, message: string): void {
    const key = `${code} ${about}`
    if (this.#warned.has(key)) return
    this.#warned.add(key)
    warn(code, message)
  }
}

/** Whether two call sites lie in one file, as far as is known. */
function isOneFile(one: CallSite, other: CallSite): boolean {
  return one.file === undefined || other.file === undefined || one.file === other.file
}
