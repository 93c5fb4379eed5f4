import type { Scope, Variable } from '@typescript-eslint/scope-manager'
import { type Edit, type FoundSite, type ModuleAnalysis, type Node } from '@oneprisma/sites'
import { bindingStatement, formOfModule, type BindingStatement } from './binding-statement.ts'
import { freeName } from '../scan/free-name.ts'
import { canMoveOut, isHiddenAt } from './move-out.ts'
import type { ImportStyle } from './import-style.ts'
import { importText } from './import-text.ts'
import { indentationAt, wholeLines, type Range } from '../text/lines.ts'
import { removeNames } from './remove-names.ts'
import { styleOf, type TextStyle } from '../text/text-style.ts'
import { namesOf, unusedBindings } from './unused-bindings.ts'
import { removal } from './removal.ts'

/** What the shared client is called where no name that goes can stand for it. */
const NAMES = ['prisma', 'sharedPrisma', 'sharedPrismaClient']

export interface RewriteOptions {
  /** How the module imports the shared client, in the syntax that it is written in. */
  readonly importStyle: (syntax: 'esm' | 'cjs') => ImportStyle & { readonly ok: true }
  /** Whether `require` of the target gives the client itself. */
  readonly isCommonJsTarget: boolean
  /** Whether imports that only types are left of have to say so. */
  readonly marksTypes: boolean
  /** Variables that go with the clients that they were made for. */
  readonly droppable: ReadonlySet<Variable>
}

export interface Rewrite {
  readonly edits: readonly Edit[]
  /** The variables that hold the shared client now. */
  readonly clients: readonly Variable[]
  /** The name under which the module knows it. */
  readonly name: string | undefined
}

/** Puts the shared client in the place of clients of a module's own. */
export function rewriteModule(
  analysis: ModuleAnalysis,
  sites: readonly FoundSite[],
  options: RewriteOptions,
): Rewrite {
  const { module } = analysis
  const style = styleOf(module.text)
  const edits: Edit[] = []
  const ranges: Range[] = []
  const clients = new Set<Variable>()
  const brought: { group: Group; name: string | undefined }[] = []
  for (const group of groupsOf(sites, analysis)) brought.push({ group, name: replace(group) })
  const unused = unusedBindings(analysis, ranges, options.droppable)
  for (const { group, name } of brought) bring(group, name)
  for (const statement of unused.statements) {
    if (brought.some(({ group, name }) => group.statement?.node === statement && name)) continue
    edits.push(deleted(wholeLines(module.text, statement.range)))
  }
  for (const [holder, names] of unused.names) {
    const all = namesOf(holder)
    const going = new Set(all.filter((listed) => names.has(listed)))
    edits.push(...removeNames(module.text, all, going))
  }
  if (options.marksTypes) edits.push(...unused.typesOnly.flatMap(markedAsType))
  return { edits, clients: [...clients], name: brought.find((one) => one.name !== undefined)?.name }

  /** Replaces the clients of a group; returns the name that they need, if they need one. */
  function replace({ sites: members, scope }: Group): string | undefined {
    const taken = new Set(members.map(({ node }) => node))
    const removals = members.map((site) => removal(site, analysis, taken))
    const going = new Set(removals.flatMap((removed) => removed?.variable ?? []))
    const named = removals.find(
      (removed) =>
        removed?.variable !== undefined &&
        removed.isNeeded &&
        canMoveOut(removed.variable, scope, going),
    )?.variable?.name
    const needs = members.some((_, index) => removals[index]?.isNeeded ?? true)
    const isSeen =
      named !== undefined &&
      members.every(
        ({ node }, index) =>
          removals[index]?.variable?.name === named ||
          !isHiddenAt(node, named, module.scopes, going),
      )
    const name = needs ? (isSeen ? named : freeName(module.scopes, ...NAMES)) : undefined
    const done = new Set<Node>()
    for (const [index, site] of members.entries()) {
      const removed = removals[index]
      const canGo =
        removed !== undefined &&
        (!removed.isNeeded ||
          removed.variable === undefined ||
          (removed.variable.name === name && canMoveOut(removed.variable, scope, going)))
      if (canGo) {
        for (const edit of removed.edits) {
          if (!done.has(edit.of)) edits.push(edit)
          done.add(edit.of)
          ranges.push({ start: edit.of.range[0], end: edit.of.range[1] })
        }
        if (removed.isNeeded && removed.variable) clients.add(removed.variable)
      } else {
        const [start, end] = site.node.range
        edits.push({ start, end, text: name ?? '' })
        ranges.push({ start, end })
        const holder = site.client?.holder
        if (holder?.type === 'variable' && site.client?.isDirect) clients.add(holder.variable)
      }
    }
    return name
  }

  function bring({ statement }: Group, name: string | undefined): void {
    if (name === undefined) return
    const form = statement?.form ?? formOfModule(analysis)
    const { specifier, name: exported } = options.importStyle(form === 'require' ? 'cjs' : 'esm')
    const written = { ...style, quote: quoteOf(statement) ?? style.quote }
    const text = importText(form, name, exported, specifier, written, options.isCommonJsTarget)
    if (statement === undefined) {
      edits.push(inserted(analysis, text, style.lineEnd))
    } else if (unused.statements.has(statement.node)) {
      const [start, end] = statement.node.range
      const own = /[ \t]*;$/.exec(module.text.slice(start, end))?.[0] ?? ''
      edits.push({ start, end: end - own.length, text: text.replace(/;$/, '') })
    } else {
      const [start, end] = statement.node.range
      const lineEnd = module.text.indexOf('\n', end)
      const at = lineEnd === -1 ? module.text.length : lineEnd + 1
      const before = lineEnd === -1 ? style.lineEnd : ''
      const line = `${indentationAt(module.text, start)}${text}`
      edits.push({ start: at, end: at, text: before + line + (before === '' ? style.lineEnd : '') })
    }
  }

  /** The quotes of the statement that the new one takes the place of. */
  function quoteOf(statement: BindingStatement | undefined): TextStyle['quote'] | undefined {
    const text = statement && module.text.slice(...statement.node.range)
    const [quote] = /["'](?=[^"']*$)/.exec(text ?? '') ?? []
    return quote === '"' || quote === "'" ? quote : undefined
  }

  function markedAsType({ defs: [definition] }: Variable): Edit[] {
    const node = definition?.node
    if (node?.type !== 'ImportSpecifier' || node.importKind === 'type') return []
    const start = node.range[0]
    return [{ start, end: start, text: 'type ' }]
  }
}

/** Sites that have their constructor from the same statement. */
interface Group {
  readonly statement: BindingStatement | undefined
  readonly scope: Scope
  readonly sites: readonly FoundSite[]
}

function groupsOf(sites: readonly FoundSite[], analysis: ModuleAnalysis): Group[] {
  const groups = new Map<
    Node | undefined,
    { statement: BindingStatement | undefined; sites: FoundSite[] }
  >()
  for (const site of sites) {
    const statement = bindingStatement(site, analysis)
    const group = groups.get(statement?.node) ?? { statement, sites: [] }
    group.sites.push(site)
    groups.set(statement?.node, group)
  }
  const top = topScope(analysis)
  return [...groups.values()].map((group) => ({ ...group, scope: group.statement?.scope ?? top }))
}

function topScope({ module }: ModuleAnalysis): Scope {
  const [outermost, inner] = module.scopes.scopes
  const scope = inner?.type === 'module' || inner?.type === 'function' ? inner : outermost
  if (scope === undefined) throw new Error('A module has a scope.')
  return scope
}

function deleted({ start, end }: Range): Edit {
  return { start, end, text: '' }
}

/** After the last import, else in front of the first statement that is no directive. */
function inserted({ module }: ModuleAnalysis, text: string, lineEnd: string): Edit {
  const { body } = module.program
  const last = body.findLast(({ type }) => type === 'ImportDeclaration')
  if (last !== undefined) {
    const after = module.text.indexOf('\n', last.range[1])
    const at = after === -1 ? module.text.length : after + 1
    return { start: at, end: at, text: after === -1 ? lineEnd + text : text + lineEnd }
  }
  const first = body.find((statement) => !('directive' in statement && statement.directive))
  const at = first?.range[0] ?? module.text.length
  return { start: at, end: at, text: text + lineEnd }
}
