import { isPrismaSql } from './prisma-sql.ts'
import { warn } from './warnings.ts'

const MAX_TEXTS = 500

// The comment of `telemetry` that says nothing of a request; every statement has the same one.
const COMMENT_OF_PROGRAM = /^\/\*(?:app='[^']*')?,?(?:release='[^']*')?\*\/ /

/** What is used of an error of the server. `where` tells of a function that a statement has called. */
interface ServerError {
  readonly code?: unknown
  readonly routine?: unknown
  readonly where?: unknown
}

/**
 * The names of the statements that a pool repeats, for all of its connections.
 *
 * A name is made of the text: where a pooler goes unnoticed, a name that another program gave to a
 * statement can only stand for the same one.
 *
 * @internal
 */
export class StatementNames {
  // By text. A text that was seen once has no name yet: most of those never come again.
  #names = new Map<string, string | undefined>()
  #older = new Map<string, string | undefined>()
  #edition = 0
  #isOff = false

  /** The name of a statement, once its text has come a second time. */
  of(text: string): string | undefined {
    return this.#names.get(text) ?? this.#consider(text)
  }

  /**
   * Takes note of the error of a named statement, and tells whether it was an error of the name
   * alone. Such a statement has not run.
   */
  hasFailed(name: string, error: unknown): boolean {
    // Every member of it is unknown.
    const { code, routine, where } = error as ServerError
    // It was a statement inside of a function, which may have done something before.
    if (where !== undefined) return false
    if (code === '26000' || code === '42P05') {
      this.#turnOff(code)
      return true
    }
    if (code !== '0A000') return false
    // What has changed the columns of one statement will have done so to others.
    if (name.endsWith(this.#suffix)) {
      this.#edition++
      this.#forget()
    }
    return routine === 'RevalidateCachedQuery'
  }

  get #suffix(): string {
    return `_${this.#edition}`
  }

  #consider(text: string): string | undefined {
    const bare = text.startsWith('/*') ? text.replace(COMMENT_OF_PROGRAM, '') : text
    if (this.#isOff || !isPrismaSql(bare)) return undefined
    const isKnown = this.#names.has(text) || this.#older.has(text)
    const name = isKnown ? (this.#older.get(text) ?? this.#nameOf(bare)) : undefined
    if (this.#names.size >= MAX_TEXTS) {
      this.#older = this.#names
      this.#names = new Map()
    }
    this.#names.set(text, name)
    return name
  }

  #nameOf(text: string): string | undefined {
    // Missing in runtimes that are not Node.js.
    const hash = process.getBuiltinModule?.('node:crypto').createHash('sha256').update(text)
    return hash && `oneprisma_${hash.digest('hex').slice(0, 32)}${this.#suffix}`
  }

  #forget(): void {
    this.#names.clear()
    this.#older.clear()
  }

  #turnOff(code: string): void {
    if (this.#isOff) return
    this.#isOff = true
    this.#forget()
    warn(
      'ONEPRISMA_STATEMENTS_UNNAMED',
      `A connection does not keep prepared statements as the server itself does (${code}): a pooler may be in between, or something ran DISCARD ALL or DEALLOCATE ALL. Statements of this pool are sent without names from now on. Pass \`preparedStatements: 'never'\` to \`pgPool()\`.`,
    )
  }
}
