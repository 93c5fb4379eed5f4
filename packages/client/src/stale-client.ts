import { GeneratedFiles } from './generated-files.ts'
import type { Generation } from './generation.ts'
import { warn } from './warnings.ts'

// A bundler needs a moment from the write of the generated files to its own rebuild.
const REBUILD_GRACE_MS = 3_000

/**
 * Notices, in development, that the client in use is older than the generated files on disk, and
 * says so once for each version of them.
 *
 * @internal
 */
export class StaleClient {
  readonly #name: string
  readonly #files: GeneratedFiles
  #since: number | undefined
  #announced: string | undefined

  private constructor(name: string, files: GeneratedFiles) {
    this.#name = name
    this.#files = files
  }

  /** Returns a watch on the files that hold this schema, or `undefined` where none are found. */
  static watch(name: string, schema: string): StaleClient | undefined {
    const files = GeneratedFiles.find(schema)
    return files && new StaleClient(name, files)
  }

  /** Whether a schema is the one on disk. */
  isOnDisk(fingerprint: string): boolean {
    return fingerprint === this.#files.fingerprint()
  }

  /** Compares the client in use with the disk; a bundler that has rebuilt gets no grace. */
  check(current: Generation, isRebuilt: boolean): void {
    const onDisk = this.#files.fingerprint()
    if (onDisk === undefined || onDisk === current.fingerprint) {
      this.#since = undefined
      return
    }
    this.#since ??= performance.now()
    const isLate = performance.now() - this.#since >= REBUILD_GRACE_MS
    if (onDisk === this.#announced || !(isRebuilt || isLate || this.#files.isExternal)) return

    this.#announced = onDisk
    current.tap?.emit('client.stale', {})
    warn(
      'ONEPRISMA_STALE_CLIENT',
      `Shared client "${this.#name}" was generated anew, but this process cannot load it. Restart the dev server.`,
    )
  }
}
