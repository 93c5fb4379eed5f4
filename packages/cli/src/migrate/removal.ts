import type { Variable } from '@typescript-eslint/scope-manager'
import {
  guardOf,
  type Edit,
  type FoundSite,
  type ModuleAnalysis,
  type Node,
} from '@oneprisma/sites'
import { wholeLines } from '../text/lines.ts'

/** What goes when a client's own declaration goes, so that its name can stand for the shared client. */
export interface Removal {
  readonly variable: Variable | undefined
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
  const { text } = analysis.module
  if (client.holder.type === 'nothing') return withoutValue(site.node, text)
  if (client.holder.type !== 'variable') return undefined
  const { variable, declarator } = client.holder
  const declaration = declarator.parent
  if (declaration.type !== 'VariableDeclaration') return undefined
  if (!/^(?:const|let|var)$/.test(declaration.kind)) return undefined
  const isNeeded =
    variable.references.some((reference) => reference.isRead()) || isExported(variable, analysis)
  const exported = declaration.parent
  if (exported.type === 'ExportNamedDeclaration') {
    // A namespace exports what it declares, and nothing else.
    if (declaration.declarations.length !== 1 || exported.parent.type !== 'Program')
      return undefined
    const [start, end] = exported.range
    const semicolon = text.slice(start, end).endsWith(';') ? ';' : ''
    const edit = { start, end, text: `export { ${variable.name} }${semicolon}`, of: exported }
    return { variable, isNeeded: true, edits: [edit] }
  }
  if (exported.type.startsWith('For')) return undefined
  const others = declaration.declarations.filter((other) => other !== declarator)
  if (others.length === 0) {
    return { variable, isNeeded, edits: removed(declaration, text) }
  }
  const [start, end] = declarator.range
  const next = declaration.declarations.find((other) => other.range[0] > end)
  const previous = declaration.declarations.findLast((other) => other.range[1] < start)
  const range = next ? { start, end: next.range[0] } : { start: previous?.range[1] ?? start, end }
  return { variable, isNeeded, edits: [{ ...range, text: '', of: declarator }] }
}

/** `new PrismaClient()` on a line of its own */
function withoutValue({ parent }: Node, text: string): Removal | undefined {
  if (parent?.type !== 'ExpressionStatement') return undefined
  return { variable: undefined, isNeeded: false, edits: removed(parent, text) }
}

/** Takes a statement away, and keeps apart what stands around it in a file without semicolons. */
function removed(statement: Node, text: string): Removal['edits'] {
  const [start, end] = statement.range
  // A semicolon in front of the next statement ends this one, and has to go on doing that.
  const own = text.slice(start, end).replace(/\s*\n\s*;$/, '')
  const whole = wholeLines(text, [start, start + own.length])
  const isForThis = (line: string): boolean => FOR_NEXT_LINE.test(line)
  const lines = { ...whole, start: startAbove(text, whole.start, isForThis) }
  const { previous, next } = neighboursOf(statement)
  const isJoined =
    next !== undefined &&
    /^[([`+\-/]/.test(text.slice(next.range[0])) &&
    previous !== undefined &&
    !previous.type.startsWith('Import') &&
    !text.slice(...previous.range).endsWith(';')
  if (!isJoined || own.length < end - start) return [{ ...lines, text: '', of: statement }]
  const kept = text.slice(lines.end, next.range[0])
  return [{ start: lines.start, end: next.range[0], text: `${kept};`, of: statement }]
}

function neighboursOf(statement: Node): { readonly previous?: Node; readonly next?: Node } {
  const { parent } = statement
  if (parent?.type !== 'Program' && parent?.type !== 'BlockStatement') return {}
  const at = parent.body.findIndex((other) => other === statement)
  const previous = parent.body[at - 1]
  const next = parent.body[at + 1]
  return { ...(previous !== undefined && { previous }), ...(next !== undefined && { next }) }
}

function isExported(variable: Variable, analysis: ModuleAnalysis): boolean {
  return analysis.exported.some((exported) => exported.variable === variable)
}

const ABOUT_GUARDS = /prisma|global|hot|instan|development|connection|client/i
const FOR_NEXT_LINE =
  /^[ \t]*\/\/\s*(?:@ts-(?:ignore|expect-error)|[a-z]+-disable-next-line|biome-ignore|prettier-ignore)/

/** A statement of a guard goes with the comment lines right above it that explain it. */
function withComments(statement: Node, { module }: ModuleAnalysis): Removal['edits'][number] {
  const { start, end } = wholeLines(module.text, statement.range)
  const isGoing = (line: string): boolean =>
    FOR_NEXT_LINE.test(line) ||
    (/^[ \t]*\/\//.test(line) &&
      ABOUT_GUARDS.test(line) &&
      !/^[ \t]*\/\/\s*eslint-enable/.test(line))
  return { start: startAbove(module.text, start, isGoing), end, text: '', of: statement }
}

/** Where the lines begin that stand right above an offset at the start of a line and are to go too. */
function startAbove(text: string, offset: number, isGoing: (line: string) => boolean): number {
  let start = offset
  while (start > 0 && text[start - 1] === '\n') {
    const lineStart = text.lastIndexOf('\n', start - 2) + 1
    if (!isGoing(text.slice(lineStart, start))) break
    start = lineStart
  }
  return start
}
