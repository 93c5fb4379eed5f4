import type { StatementVerb } from './telemetry-records.ts'

const VERBS: ReadonlySet<string> = new Set<StatementVerb>([
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'WITH',
  'CALL',
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT',
  'RELEASE',
  'SET',
  'SHOW',
  'EXPLAIN',
  'LOCK',
  'CREATE',
  'ALTER',
  'DROP',
  'TRUNCATE',
])

// Comments and parentheses may stand before the first word. Each alternative begins with what no
// other begins with.
const FIRST_WORD = /^(?:[\s(;]|--[^\n]*\n?|\/\*(?:[^*]|\*(?!\/))*\*\/)*([A-Za-z]{1,10})/

/**
 * What a statement does, by its first word.
 *
 * @internal
 */
export function verbOf(sql: string): StatementVerb {
  // What Prisma writes begins with its verb.
  if (sql.startsWith('SELECT ')) return 'SELECT'
  const [, word = ''] = FIRST_WORD.exec(sql) ?? []
  const verb = word.toUpperCase()
  // Only verbs are in the set.
  return VERBS.has(verb) ? (verb as StatementVerb) : 'OTHER'
}
