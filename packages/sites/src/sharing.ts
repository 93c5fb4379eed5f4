import type { Variable } from '@typescript-eslint/scope-manager'
import type { SiteFacts } from './decide.ts'
import type { FoundSite, ModuleAnalysis } from './find-sites.ts'
import { isModuleExports, type Holder } from './holder.ts'
import { functionAround } from './syntax.ts'
import { ancestorsOf, type Node } from './walk.ts'

/** Names that people give to the module of their client. */
const SHARED_NAME =
  /(?:^|\/)(?:prisma|db|database|orm)(?:[-_.]?(?:client|service|server|connection|instance|singleton|provider|module|db|edge))*\/?(?:index|client)?\.[cm]?[jt]sx?$|(?:^|\/)(?:prisma|db|database)\/(?:src\/)?(?:index|client)\.[cm]?[jt]sx?$/i
const SHARED_BASENAME =
  /(?:^|\/)(?:(?:get|use|create|shared|my)?[-_.]?(?:prisma|db|database)(?:[-_.]?[a-z]+)?|client|connection|data-?source)\.[cm]?[jt]sx?$/i

/** Whether a path is one that a shared client is usually found at. */
export function isSharedName(path: string): boolean {
  return SHARED_NAME.test(path) || SHARED_BASENAME.test(path)
}

/** Whether a site is what its module shares with others. */
export function isSharedHere(site: FoundSite, analysis: ModuleAnalysis, facts: SiteFacts): boolean {
  const { client } = site
  if (client === undefined) return false
  if (client.holder.type === 'export') return true
  const isWanted = facts.isImported || isSharedName(analysis.module.path)
  const clients = analysis.exported.filter(({ value }) => isClient(value))
  // In a guard that a module exports, every `new` belongs to it: the factory, both branches.
  if (clients.length > 0) {
    const isGlobal = client.globals.length > 0 || client.holder.type === 'global'
    return (isWanted || isGlobal) && leadsToExport(site, analysis)
  }
  if (isWanted && isInExportedFunction(site, analysis)) return true
  // Services of all kinds hold a client; one that is called after Prisma hands it out.
  return isSharedName(analysis.module.path) && isInExportedClass(site, analysis)
}

function isClient(value: {
  readonly kind: string
  readonly of?: { readonly kind: string }
}): boolean {
  return value.kind === 'client' || (value.kind === 'promise' && value.of?.kind === 'client')
}

/** Whether the client of a site can be what the module exports, directly or through its functions. */
function leadsToExport(site: FoundSite, analysis: ModuleAnalysis): boolean {
  const holder = site.client?.holder
  switch (holder?.type) {
    case 'variable':
    case 'assigned': {
      const variable = holder.variable
      return variable !== undefined && reaches(variable, analysis)
    }
    case 'global':
      return true
    case 'returned':
    case 'value':
      return true
    default:
      return false
  }
}

/** Whether a variable is exported, or is read where an exported one gets its value. */
function reaches(
  variable: Variable,
  analysis: ModuleAnalysis,
  seen = new Set<Variable>(),
): boolean {
  if (seen.has(variable)) return false
  seen.add(variable)
  if (analysis.exported.some((exported) => exported.variable === variable)) return true
  return variable.references.some(({ identifier }) => {
    for (const above of [identifier, ...ancestorsOf(identifier)]) {
      if (above.type === 'ExportDefaultDeclaration') return true
      const name = nameGiven(above)
      const given = name && analysis.evaluator.names.variableOf(name)
      if (given && given !== variable && reaches(given, analysis, seen)) return true
    }
    return false
  })
}

function nameGiven(node: Node): Node | undefined {
  switch (node.type) {
    case 'VariableDeclarator':
      return node.id
    case 'AssignmentExpression':
      return node.left
    case 'FunctionDeclaration':
      return node.id ?? undefined
    default:
      return undefined
  }
}

/** `export function getPrisma() { ... prisma = new PrismaClient() ... return prisma }` */
function isInExportedFunction(site: FoundSite, analysis: ModuleAnalysis): boolean {
  if (site.client?.holder.type !== 'assigned') return false
  const { variable } = site.client.holder
  // Only a variable of the module outlives the call.
  if (variable === undefined || variable.scope.type !== 'module') return false
  const fn = functionAround(site.node)
  return fn !== undefined && isExportedNode(fn, analysis)
}

/** `export class PrismaService { readonly client = new PrismaClient() }`, or a static instance. */
function isInExportedClass(site: FoundSite, analysis: ModuleAnalysis): boolean {
  const holder = site.client?.holder
  if (holder === undefined || !isKeptBy(holder)) return false
  for (const above of ancestorsOf(site.node)) {
    if (above.type === 'ClassDeclaration' || above.type === 'ClassExpression') {
      return isExportedNode(above, analysis)
    }
  }
  return false
}

/** Whether a class can hold what a holder has: a field, or a variable that a field gets. */
function isKeptBy(holder: Holder): boolean {
  if (holder.type !== 'variable') return /^(?:field|value|assigned)$/.test(holder.type)
  return holder.variable.references.some(({ identifier }) => {
    const { parent } = identifier
    return (
      parent?.type === 'AssignmentExpression' &&
      parent.right === identifier &&
      parent.left.type === 'MemberExpression'
    )
  })
}

function isExportedNode(node: Node, analysis: ModuleAnalysis): boolean {
  const { names } = analysis.evaluator
  const exports = (above: Node): boolean =>
    above.type.startsWith('Export') ||
    above.type === 'TSExportAssignment' ||
    (above.type === 'AssignmentExpression' && isModuleExports(above.left, names))
  const around = [node, ...ancestorsOf(node)]
  if (around.some(exports)) return true
  return around
    .flatMap((above) => declaredName(above) ?? [])
    .flatMap((name) => names.variableOf(name)?.references ?? [])
    .some(({ identifier }) => [...ancestorsOf(identifier)].some(exports))
}

function declaredName(node: Node): Node | undefined {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return node.id ?? undefined
    case 'VariableDeclarator':
      return node.id
    default:
      return undefined
  }
}
