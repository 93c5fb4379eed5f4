import { fingerprintOf } from './fingerprint.ts'

const RECHECK_MS = 100

/**
 * The generated client on disk, watched without a watcher: its file is looked at when work starts,
 * at most ten times a second, in development only.
 *
 * `prisma-client` writes the schema into `internal/class.ts`, `prisma-client-js` writes
 * `schema.prisma`; either equals the schema in memory for as long as the client is fresh.
 *
 * @internal
 */
export class GeneratedFiles {
  readonly #file: string
  #lookedAt = -RECHECK_MS
  #modified = 0
  #fingerprint: string | undefined

  private constructor(file: string) {
    this.#file = file
  }

  /**
   * Finds the file that holds exactly this schema: a place whose content differs is somebody else's
   * client, and nothing is said about it.
   */
  static find(schema: string): GeneratedFiles | undefined {
    const fingerprint = fingerprintOf(schema)
    return candidates(schema)
      .flatMap((folder) => [`${folder}/schema.prisma`, `${folder}/internal/class.ts`])
      .map((file) => new GeneratedFiles(file))
      .find((files) => files.fingerprint() === fingerprint)
  }

  /** Whether a bundler never evaluates the client anew, because it lies in `node_modules`. */
  get isExternal(): boolean {
    return /[\\/]node_modules[\\/]/.test(this.#file)
  }

  /** The fingerprint of the schema on disk, or `undefined` while there is none to read. */
  fingerprint(): string | undefined {
    const now = performance.now()
    if (now - this.#lookedAt < RECHECK_MS) return this.#fingerprint
    this.#lookedAt = now

    const fs = process.getBuiltinModule?.('node:fs')
    const modified = fs?.statSync(this.#file, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (modified === this.#modified) return this.#fingerprint
    this.#modified = modified
    const schema = modified > 0 ? readSchema(fs?.readFileSync(this.#file, 'utf8')) : undefined
    return (this.#fingerprint = schema && fingerprintOf(schema))
  }
}

// The generator block names its output relative to the schema file, whose place is not known: the
// usual ones are tried. `prisma-client` also leaves its own folder in `globalThis.__dirname` when
// it is evaluated. Every guess is checked against the content before it is believed.
function candidates(schema: string): string[] {
  const path = process.getBuiltinModule?.('node:path')
  if (path === undefined) return []

  const output = /^\s*output\s*=\s*"([^"]+)"/m.exec(schema)?.[1]
  const bases = output === undefined ? [] : ['prisma', '.', 'prisma/schema', 'src/prisma']
  const folders = bases.map((base) => path.resolve(base, output ?? ''))
  const hint: unknown = Reflect.get(globalThis, '__dirname')
  if (typeof hint === 'string') folders.unshift(hint)
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    folders.push(`${folder}/node_modules/.prisma/client`)
    if (folder === path.dirname(folder)) return folders
  }
}

function readSchema(content = ''): string | undefined {
  const literal = /"inlineSchema": ("(?:[^"\\]|\\.)*")/.exec(content)?.[1]
  if (literal === undefined) return /^generator /m.test(content) ? content : undefined

  // The literal was written by JSON.stringify; what it holds is a string.
  return JSON.parse(literal) as string
}
