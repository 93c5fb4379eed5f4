import { fingerprintOf } from './fingerprint.ts'

const RECHECK_MS = 100

/**
 * The generated client on disk, watched without a watcher: its files are looked at when work starts,
 * at most ten times a second, in development only.
 *
 * `prisma-client` writes the schema into `internal/class.ts`, `prisma-client-js` writes
 * `schema.prisma`; either equals the schema in memory for as long as the client is fresh.
 *
 * @internal
 */
export class GeneratedFiles {
  readonly #file: string
  readonly #fs: typeof import('node:fs')
  #lookedAt = 0
  #modified = 0
  #fingerprint: string | undefined

  private constructor(file: string, fs: typeof import('node:fs')) {
    this.#file = file
    this.#fs = fs
  }

  /**
   * Finds the files that hold exactly this schema: a place whose content differs is somebody
   * else's client, and nothing is said about it.
   */
  static find(schema: string): GeneratedFiles | undefined {
    const fs = process.getBuiltinModule?.('node:fs')
    const path = process.getBuiltinModule?.('node:path')
    if (fs === undefined || path === undefined) return undefined

    const fingerprint = fingerprintOf(schema)
    for (const folder of candidates(schema, path)) {
      for (const name of ['schema.prisma', path.join('internal', 'class.ts')]) {
        const files = new GeneratedFiles(path.join(folder, name), fs)
        if (files.fingerprint() === fingerprint) return files
      }
    }
    return undefined
  }

  /** Whether a bundler can never evaluate the client anew, because it lies in `node_modules`. */
  get isExternal(): boolean {
    return /[\\/]node_modules[\\/]/.test(this.#file)
  }

  /** The fingerprint of the schema on disk, or `undefined` while there is none to read. */
  fingerprint(): string | undefined {
    const now = performance.now()
    if (this.#lookedAt > 0 && now - this.#lookedAt < RECHECK_MS) return this.#fingerprint
    this.#lookedAt = now

    const modified = this.#fs.statSync(this.#file, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (modified === this.#modified) return this.#fingerprint
    this.#modified = modified
    const schema =
      modified === 0 ? undefined : readSchema(this.#fs.readFileSync(this.#file, 'utf8'))
    return (this.#fingerprint = schema === undefined ? undefined : fingerprintOf(schema))
  }
}

// The generator block names its output relative to the schema file, whose place is not known: the
// usual ones are tried. `prisma-client` also leaves its own folder in `globalThis.__dirname` when
// it is evaluated. Every guess is checked against the content before it is believed.
function candidates(schema: string, path: typeof import('node:path')): string[] {
  const folders: string[] = []
  const hint: unknown = Reflect.get(globalThis, '__dirname')
  if (typeof hint === 'string') folders.push(hint)

  const root = process.cwd()
  const output = /^\s*output\s*=\s*"([^"]+)"/m.exec(schema)?.[1]
  if (output !== undefined) {
    for (const base of ['prisma', '.', 'prisma/schema', 'db', 'src/prisma', 'src/db']) {
      folders.push(path.resolve(root, base, output))
    }
  }
  for (let folder = root; ; folder = path.dirname(folder)) {
    folders.push(path.join(folder, 'node_modules', '.prisma', 'client'))
    if (folder === path.dirname(folder)) break
  }
  return folders
}

function readSchema(content: string): string | undefined {
  const literal = /"inlineSchema": ("(?:[^"\\]|\\.)*")/.exec(content)?.[1]
  if (literal === undefined) return content.includes('generator ') ? content : undefined

  // The literal was written by JSON.stringify; what it holds is a string.
  return JSON.parse(literal) as string
}
