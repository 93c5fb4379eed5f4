import {
  isFunction,
  walk,
  type Exported,
  type FunctionNode,
  type ModuleAnalysis,
  type Node,
} from '@oneprisma/sites'
import { DefinitionType } from '@typescript-eslint/scope-manager'
import { topVariables } from './places.ts'
import { refuse, type Refusal } from './refusal.ts'
import { findSharing, type Sharing } from './sharing.ts'

/** A module that hands one client to others, and how it does so. */
export interface SharedModuleShape {
  readonly format: 'esm' | 'cjs'
  /** The names that the client is exported by, without `default`. */
  readonly exportedNames: readonly string[]
  /** Whether it is exported as default (`module.exports =` in CommonJS). */
  readonly hasDefault: boolean
  /** Whether it calls `sharePrisma` already. */
  readonly isShared: boolean
  /** Why it cannot be upgraded in place; undefined where it can, or need not. */
  readonly refusal: Refusal | undefined
  /** What an upgrade starts from; undefined where there is none to do. */
  readonly sharing: Sharing | undefined
}

/** Recognises a module that exports a client which it makes itself, whatever its dialect. */
export function recognizeSharedModule(analysis: ModuleAnalysis): SharedModuleShape | undefined {
  const clients = analysis.exported.filter(isClient)
  const [first] = clients
  if (first === undefined) return accessorShape(analysis)

  const shape = {
    format: isCommonJs(first.node) ? ('cjs' as const) : ('esm' as const),
    exportedNames: clients.flatMap(({ name }) => (name === 'default' ? [] : [name])),
    hasDefault: clients.some(({ name }) => name === 'default'),
  }
  const isShared = clients.some(isSharedHere)
  if (isShared) return { ...shape, isShared, refusal: undefined, sharing: undefined }

  const makesSome = analysis.sites.some(({ client }) => client !== undefined)
  if (!makesSome) return undefined
  const found = findSharing(analysis, clients)
  return 'code' in found
    ? { ...shape, isShared, refusal: found, sharing: undefined }
    : { ...shape, isShared, refusal: undefined, sharing: found }
}

/** `export function getPrisma() { return (prisma ??= new PrismaClient()) }`: one client, behind a function. */
function accessorShape({
  module,
  sites,
  evaluator,
}: ModuleAnalysis): SharedModuleShape | undefined {
  const accessor = module.program.body
    .filter(({ type }) => type === 'ExportNamedDeclaration' || type === 'ExportDefaultDeclaration')
    .flatMap((statement) => functionsOf(statement))
    .find((fn) => evaluator.valueReturnedBy(fn)?.kind === 'client')
  const own = topVariables(module)
  const isKept = sites.some(({ client }) => {
    if (client?.holder.type !== 'assigned') return false
    const { variable } = client.holder
    return own.some((candidate) => candidate === variable)
  })
  if (accessor === undefined || !isKept) return undefined
  return {
    format: 'esm',
    exportedNames: [],
    hasDefault: false,
    isShared: false,
    refusal: refuse('CREATED_ON_DEMAND', accessor),
    sharing: undefined,
  }
}

function functionsOf(statement: Node): FunctionNode[] {
  const found: FunctionNode[] = []
  walk(statement, (node) => {
    if (!isFunction(node)) return true
    found.push(node)
    return false
  })
  return found
}

function isClient({ value }: Exported): boolean {
  return value.kind === 'client' || (value.kind === 'promise' && value.of.kind === 'client')
}

/** Whether `sharePrisma` makes it in this module: a client that is only handed on is another's. */
function isSharedHere({ value, variable, node }: Exported): boolean {
  if (value.kind !== 'client' || !value.isShared) return false
  if (variable !== undefined)
    return variable.defs.every(({ type }) => type !== DefinitionType.ImportBinding)
  return node.type !== 'ExportSpecifier' && node.type !== 'ExportAllDeclaration'
}

function isCommonJs({ type, parent }: Node): boolean {
  return type === 'AssignmentExpression' || parent?.type === 'ObjectExpression'
}
