import type { Variable } from '@typescript-eslint/scope-manager'
import {
  guardOf,
  type Edit,
  type FoundSite,
  type ModuleAnalysis,
  type Node,
} from '@oneprisma/sites'
import { wholeLines } from './lines.ts'

/** What goes when a client's own declaration goes, so that its name can stand for the shared client. */
export interface Removal {
  readonly variable: Variable
  /** Whether the rest of the module uses the name. */
  readonly isNeeded: boolean
  readonly edits: readonly (Edit & { readonly of: Node })[]
}

/** How the declaration of a site can go whole, or `undefined` where only its value can be replaced. */
export function removal(
  site: FoundSite,
  analysis: ModuleAnalysis,
  taken: ReadonlySet<Node>,
): Removal | undefined {
  const guard = guardOf(site, analysis, taken)
  if (guard !== undefined) {
    const edits = guard.statements.map((statement) => withComments(statement, analysis))
    return { variable: guard.variable, isNeeded: true, edits }
  }
  const { client } = site
  if (client === undefined || !client.isDirect) return undefined
  if (client.holder.type !== 'variable') return undefined
  const { variable, declarator } = client.holder
  const declaration = declarator.parent
  if (declaration.type !== 'VariableDeclaration') return undefined
  if (!/^(?:const|let|var)$/.test(declaration.kind)) return undefined
  const isNeeded =
    variable.references.some((reference) => reference.isRead()) || isExported(variable, analysis)
  const { text } = analysis.module
  const exported = declaration.parent
  if (exported.type === 'ExportNamedDeclaration') {
    if (declaration.declarations.length !== 1) return undefined
    const [start, end] = exported.range
    const semicolon = text.slice(start, end).endsWith(';') ? ';' : ''
    const edit = { start, end, text: `export { ${variable.name} }${semicolon}`, of: exported }
    return { variable, isNeeded: true, edits: [edit] }
  }
  if (/^For/.test(exported.type)) return undefined
  const others = declaration.declarations.filter((other) => other !== declarator)
  if (others.length === 0) {
    const { start, end } = wholeLines(text, declaration.range)
    return { variable, isNeeded, edits: [{ start, end, text: '', of: declaration }] }
  }
  const [start, end] = declarator.range
  const next = declaration.declarations.find((other) => other.range[0] > end)
  const previous = declaration.declarations.findLast((other) => other.range[1] < start)
  const range = next ? { start, end: next.range[0] } : { start: previous?.range[1] ?? start, end }
  return { variable, isNeeded, edits: [{ ...range, text: '', of: declarator }] }
}

function isExported(variable: Variable, analysis: ModuleAnalysis): boolean {
  return analysis.exported.some((exported) => exported.variable === variable)
}

const ABOUT_GUARDS = /prisma|global|hot|instan|development|connection|client/i

/** A statement of a guard goes with the comment lines right above it that explain it. */
function withComments(statement: Node, { module }: ModuleAnalysis): Removal['edits'][number] {
  const range = wholeLines(module.text, statement.range)
  let { start } = range
  for (;;) {
    const above = module.text.slice(0, Math.max(start - 1, 0))
    const lineStart = above.lastIndexOf('\n') + 1
    const line = module.text.slice(lineStart, start)
    if (start === 0 || !/^[ \t]*\/\//.test(line) || !ABOUT_GUARDS.test(line)) break
    if (/^[ \t]*\/\/\s*(?:@ts-|eslint-enable)/.test(line)) break
    start = lineStart
  }
  return { start, end: range.end, text: '', of: statement }
}
