import { memberName, unwrap, walk, type Node } from '@oneprisma/sites'
import type { DoctorModule } from './module.ts'

/** A statement that uses what belongs to a session. */
export interface SessionStatement {
  readonly node: Node
  /** What it uses, for a message. */
  readonly feature: string
  readonly remedy: string
}

interface Feature {
  readonly pattern: RegExp
  readonly feature: string
  readonly remedy: string
}

const DIRECT = 'connect by the direct connection string for this'
const FEATURES: readonly Feature[] = [
  {
    pattern: /^\s*(?:LISTEN|UNLISTEN)\s+["\w*]/i,
    feature: '`LISTEN`',
    remedy: `Listen with a client of \`pg\` of its own: ${DIRECT}.`,
  },
  {
    pattern: /\bpg_(?:try_)?advisory_(?:lock|lock_shared|unlock|unlock_shared|unlock_all)\s*\(/i,
    feature: 'A session-level advisory lock',
    remedy: `Take \`pg_advisory_xact_lock\` in an interactive transaction, which frees it at its end; or ${DIRECT}.`,
  },
  {
    pattern:
      /^\s*SET\s+(?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)(?:SESSION\s+)?[\w."]+\s*(?:=|TO\b|AUTHORIZATION\b)/i,
    feature: '`SET` without `LOCAL`',
    remedy: 'Write `SET LOCAL` in an interactive transaction, or set it on the role.',
  },
  {
    pattern: /\bset_config\s*\([^()]*,[^()]*,\s*false\s*\)/i,
    feature: '`set_config(..., false)`',
    remedy: 'Give `true` as its third argument, in an interactive transaction.',
  },
  {
    pattern: /\bCREATE\s+(?:LOCAL\s+)?TEMP(?:ORARY)?\s+(?:TABLE|VIEW|SEQUENCE)\b/i,
    feature: 'A temporary table',
    remedy:
      'Add `ON COMMIT DROP` and use it in one interactive transaction, or take a plain table.',
  },
]

const RAW = /^\$(?:queryRaw|executeRaw)(?:Unsafe)?$/

/** Finds statements of raw queries of Prisma that use a session beyond their transaction. */
export function sessionStatements({ module }: DoctorModule): readonly SessionStatement[] {
  const statements: SessionStatement[] = []
  walk(module.program, (node) => {
    const sql = sqlOf(node)
    if (sql === undefined) return
    const feature = FEATURES.find(({ pattern }) => pattern.test(sql))
    if (feature === undefined || (/TEMP/i.test(sql) && /ON\s+COMMIT\s+DROP/i.test(sql))) return
    statements.push({ node, feature: feature.feature, remedy: feature.remedy })
  })
  return statements
}

/** The text of a raw query, with a `$1` for what is computed. */
function sqlOf(node: Node): string | undefined {
  if (node.type === 'TaggedTemplateExpression') {
    return RAW.test(memberName(unwrap(node.tag)) ?? '') ? textOf(node.quasi) : undefined
  }
  if (node.type !== 'CallExpression' || !RAW.test(memberName(unwrap(node.callee)) ?? '')) {
    return undefined
  }
  const [statement] = node.arguments
  return statement && textOf(statement)
}

function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  // `Prisma.sql` is a tag of its own.
  if (node.type === 'TaggedTemplateExpression') return textOf(node.quasi)
  if (node.type !== 'TemplateLiteral') return undefined
  return node.quasis.map(({ value }) => value.raw).join('$1')
}
