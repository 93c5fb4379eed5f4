/** A statement that takes something from another module, as its text has it. */
export interface ImportClause {
  readonly start: number
  readonly end: number
  /** Whether it hands on at once what it takes. */
  readonly isExport: boolean
  /** What it takes as values: none for types; undefined where it takes the module as a whole. */
  readonly names: readonly TakenName[] | undefined
}

interface TakenName {
  /** What the other module calls it. */
  readonly name: string
  /** What this module calls it. */
  readonly local: string
}

const CLAUSE = /^(?:import|export)\s+(type\s+)?(?:\{([^{}]*)\}|\*\s*as\s+[\w$]+|[\w$]+)\s*$/
const NAME = /^(?:(type)\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?$/

/**
 * Reads the import or the re-export whose `from` stands at an offset. Returns `undefined` where the
 * text does not tell for sure.
 */
export function importClause(text: string, from: number): ImportClause | undefined {
  const start = Math.max(text.lastIndexOf('import', from - 1), text.lastIndexOf('export', from - 1))
  if (start === -1 || !isAtLineStart(text, start)) return undefined
  const [clause, type, braces] = CLAUSE.exec(text.slice(start, from)) ?? []
  if (clause === undefined) return undefined
  const isExport = clause.startsWith('export')
  const names = type === undefined ? namesIn(braces) : []
  return { start, end: from, isExport, names }
}

// In a comment, or behind one, the word may be part of another statement.
function isAtLineStart(text: string, offset: number): boolean {
  return /^\uFEFF?[ \t]*$/.test(text.slice(text.lastIndexOf('\n', offset) + 1, offset))
}

function namesIn(braces: string | undefined): readonly TakenName[] | undefined {
  const names: TakenName[] = []
  for (const part of braces?.split(',') ?? ['*']) {
    if (part.trim() === '') continue
    const [, type, name, local = name] = NAME.exec(part.trim()) ?? []
    if (name === undefined || local === undefined) return undefined
    if (type === undefined) names.push({ name, local })
  }
  return names
}
