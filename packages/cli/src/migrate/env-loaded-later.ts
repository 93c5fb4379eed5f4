import {
  functionAround,
  guardOf,
  walk,
  type FoundSite,
  type ModuleAnalysis,
  type Node,
} from '@oneprisma/sites'
import { bindingStatement } from './binding-statement.ts'
import { isDotenvConfig } from './dotenv-config.ts'

/** A call that loads the environment too late. */
export interface EnvNote {
  readonly code: 'ENV_LOADED_LATER'
  /** In UTF-16 code units from the start of the module. */
  readonly offset: number
  readonly message: string
}

/**
 * Finds where a module loads its environment before it uses a client, but after it has loaded the
 * shared module that the client is to come from.
 */
export function envLoadedLater(analysis: ModuleAnalysis, sites: readonly FoundSite[]): EnvNote[] {
  const { module, evaluator } = analysis
  if (!module.text.includes('dotenv')) return []
  const loads = sites.map((site) => loadOf(site, analysis))
  const uses = sites.flatMap((site) => usesOf(site, analysis))
  const notes: EnvNote[] = []
  walk(module.program, (node) => {
    if (node.type !== 'CallExpression' || !isDotenvConfig(node, evaluator.names)) return
    const load = loads.find((at) => at === 'hoisted' || isBefore(at, node))
    if (load === undefined || uses.some((use) => isBefore(use, node))) return
    const isPlain = node.arguments.length === 0 && node.parent.type === 'ExpressionStatement'
    const remedy = remedyOf(load, isPlain)
    notes.push({ code: 'ENV_LOADED_LATER', offset: node.range[0], message: `${WHAT} ${remedy}` })
  })
  return notes
}

const WHAT =
  'This loads the environment after the shared module was imported, which may have read it by then.'

function remedyOf(load: Load, isPlain: boolean): string {
  if (load !== 'hoisted') return 'Move the call above what loads the shared module.'
  return isPlain
    ? "Write `import 'dotenv/config'` as the first import instead."
    : 'Move the call into a module of its own, and import that first.'
}

/** What loads the shared module: an import, which runs before everything else, or a statement. */
type Load = 'hoisted' | Node

// A module without a statement for Prisma gets its import or `require` at the top.
function loadOf(site: FoundSite, analysis: ModuleAnalysis): Load {
  const statement = bindingStatement(site, analysis)
  return statement === undefined || statement.form === 'import' ? 'hoisted' : statement.node
}

/** Where the client of a site is used; one that nothing holds is used where it is made. */
function usesOf(site: FoundSite, analysis: ModuleAnalysis): Node[] {
  const holder = site.client?.holder
  const variable =
    guardOf(site, analysis)?.variable ??
    (holder?.type === 'variable' || holder?.type === 'assigned' ? holder.variable : undefined)
  if (variable === undefined) return [site.node]
  return variable.references.flatMap(({ identifier }) => (isUse(identifier) ? [identifier] : []))
}

function isUse({ parent }: Node): boolean {
  return parent?.type === 'MemberExpression' || parent?.type === 'CallExpression'
}

/** Whether one node runs before another, as far as the order of the text tells. */
function isBefore(one: Node, other: Node): boolean {
  const fn = functionAround(one)
  return one.range[0] < other.range[0] && (fn === undefined || fn === functionAround(other))
}
