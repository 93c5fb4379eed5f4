const MAX_LENGTH = 4_000

// Sticky, and each begins with what no other begins with: every character is looked at once, but for
// the words before a quotation mark.
const SPACE = /\s+/y
const WORD = /[A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*/y
const NUMBER = /(?:0[xX][\da-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)\w*/y
const PLACEHOLDER = /[$:@]\w+|\?\d*/y
const DOLLAR_QUOTE = /\$(?:[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*)?\$/y
// These may stand in a list of values, and are none that anybody hides.
const IN_LISTS: ReadonlySet<string> = new Set(['DEFAULT', 'NULL', 'TRUE', 'FALSE'])
// A word in front of a literal: strings of bytes, bits, other character sets, with escapes.
const PREFIXES: ReadonlySet<string> = new Set(['E', 'B', 'X', 'N', 'U'])

/** What differs from database to database. What is in no other quotation mark is hidden. */
interface Dialect {
  /** How names are quoted. */
  readonly names: ReadonlyMap<string, string>
  /** Whether a backslash in a string takes the next character with it. */
  readonly hasEscapes: boolean
  readonly hasDollarQuotes: boolean
  readonly hasNestedComments: boolean
  readonly hasHashComments: boolean
}

// Where the database is not known, whatever may be a value is hidden.
const UNKNOWN: Dialect = {
  names: new Map(),
  hasEscapes: false,
  hasDollarQuotes: true,
  hasNestedComments: true,
  hasHashComments: false,
}

const PLAIN: Dialect = {
  names: new Map([['`', '`']]),
  hasEscapes: false,
  hasDollarQuotes: false,
  hasNestedComments: false,
  hasHashComments: false,
}

// By `db.system.name` of OpenTelemetry. SQLite takes `"..."` for a string where no column is called so.
const DIALECTS: Readonly<Record<string, Dialect>> = {
  postgresql: {
    ...PLAIN,
    names: new Map([['"', '"']]),
    hasDollarQuotes: true,
    hasNestedComments: true,
  },
  sqlite: PLAIN,
  mysql: { ...PLAIN, hasEscapes: true, hasHashComments: true },
  'microsoft.sql_server': {
    ...PLAIN,
    names: new Map([
      ['"', '"'],
      ['[', ']'],
    ]),
  },
}

/**
 * Takes every value and comment out of a statement, and the length of its lists, so that statements of
 * one shape read alike and none tells what it was about.
 *
 * @param system - `db.system.name` of OpenTelemetry
 *
 * @internal
 */
export function statementShape(sql: string, system: string | undefined): string {
  return new Scan(sql, DIALECTS[system ?? ''] ?? UNKNOWN).shape()
}

/** One pass over a statement. */
class Scan {
  readonly #sql: string
  readonly #dialect: Dialect
  readonly #out: string[] = []
  /** The parentheses that are open: where they began, and what is in them so far. */
  readonly #open: Array<{ readonly from: number; hasValue: boolean; hasOther: boolean }> = []
  #at = 0

  constructor(sql: string, dialect: Dialect) {
    this.#sql = sql
    this.#dialect = dialect
  }

  shape(): string {
    while (this.#at < this.#sql.length) this.#step()
    const text = this.#out.join('').trim()
    return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)} …` : text
  }

  #step(): void {
    const sql = this.#sql
    const char = sql.charAt(this.#at)
    const two = sql.slice(this.#at, this.#at + 2)
    const { names, hasEscapes, hasDollarQuotes, hasHashComments } = this.#dialect
    const nameEnd = names.get(char)
    if (two === '--' || (hasHashComments && char === '#')) this.#skipTo('\n')
    else if (two === '/*') this.#skipComment()
    else if (nameEnd !== undefined) this.#name(nameEnd)
    else if (char === "'" || char === '"' || char === '`') this.#value(char, hasEscapes)
    else if (this.#take(SPACE) !== undefined) this.#space()
    else if (char === '$' && hasDollarQuotes && this.#skipDollarQuote()) this.#write('?')
    else if (this.#take(PLACEHOLDER) !== undefined) this.#write('?')
    else if (this.#take(NUMBER) !== undefined) this.#write('?')
    else this.#rest(char)
  }

  #rest(char: string): void {
    const word = this.#take(WORD)
    if (word !== undefined) {
      const isPrefix = PREFIXES.has(word.toUpperCase()) && this.#sql.charAt(this.#at) === "'"
      // The literal that follows is written as one value with its letter.
      if (isPrefix) this.#value("'", this.#dialect.hasEscapes || word.toUpperCase() === 'E')
      else this.#write(word)
      return
    }
    this.#at++
    if (char === '(') this.#open.push({ from: this.#out.length, hasValue: false, hasOther: false })
    if (char === '(') this.#out.push(char)
    else if (char === ')') this.#close()
    else this.#write(char)
  }

  /** A cast such as `::int` begins with what could be a placeholder, and is none. */
  #take(pattern: RegExp): string | undefined {
    if (pattern === PLACEHOLDER && this.#sql.charAt(this.#at) === ':') {
      if (this.#sql.charAt(this.#at + 1) === ':' || this.#sql.charAt(this.#at - 1) === ':') {
        return undefined
      }
    }
    pattern.lastIndex = this.#at
    const [text] = pattern.exec(this.#sql) ?? []
    if (text !== undefined) this.#at += text.length
    return text
  }

  #write(text: string): void {
    this.#out.push(text)
    const list = this.#open.at(-1)
    if (list === undefined || text === ',') return
    if (text === '?') list.hasValue = true
    else if (!IN_LISTS.has(text.toUpperCase())) list.hasOther = true
  }

  #space(): void {
    if (this.#out.at(-1) !== ' ') this.#out.push(' ')
  }

  /** Skips a literal; one that does not end hides all that follows. */
  #value(quote: string, hasEscapes: boolean): void {
    this.#at++
    while (this.#at < this.#sql.length) {
      const char = this.#sql.charAt(this.#at++)
      if (hasEscapes && char === '\\') this.#at++
      else if (char === quote) {
        if (this.#sql.charAt(this.#at) !== quote) break
        this.#at++
      }
    }
    this.#write('?')
  }

  #name(end: string): void {
    const from = this.#at++
    while (this.#at < this.#sql.length) {
      if (this.#sql.charAt(this.#at++) !== end) continue
      if (this.#sql.charAt(this.#at) !== end) {
        this.#write(this.#sql.slice(from, this.#at))
        return
      }
      this.#at++
    }
    // It does not end, and so nobody knows what it is.
    this.#write('?')
  }

  #skipDollarQuote(): boolean {
    const tag = this.#take(DOLLAR_QUOTE)
    if (tag === undefined) return false
    this.#skipTo(tag)
    return true
  }

  #skipTo(end: string): void {
    const index = this.#sql.indexOf(end, this.#at)
    this.#at = index === -1 ? this.#sql.length : index + end.length
    if (end === '\n') this.#space()
  }

  #skipComment(): void {
    let depth = 0
    do {
      const two = this.#sql.slice(this.#at, this.#at + 2)
      const isMark = two === '/*' || two === '*/'
      if (two === '/*' && (depth === 0 || this.#dialect.hasNestedComments)) depth++
      if (two === '*/') depth--
      this.#at += isMark ? 2 : 1
    } while (depth > 0 && this.#at < this.#sql.length)
    this.#space()
  }

  /** Writes a list of nothing but values as `(...)`, and several of them as one. */
  #close(): void {
    const list = this.#open.pop()
    const around = this.#open.at(-1)
    if (around !== undefined) around.hasOther = true
    if (list === undefined || list.hasOther || !list.hasValue) {
      this.#out.push(')')
      return
    }
    this.#out.length = list.from
    let before = list.from - 1
    while (this.#out[before] === ' ' || this.#out[before] === ',') before--
    if (this.#out[before] === '(...)' && before < list.from - 1) this.#out.length = before
    this.#out.push('(...)')
  }
}
