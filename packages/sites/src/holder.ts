import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { Names } from './names.ts'
import { isFunction, memberName, wrapped, type FunctionNode } from './syntax.ts'
import type { Node } from './walk.ts'

/** What keeps a new client: the place that its value goes to. */
export type Holder =
  | {
      readonly type: 'variable'
      readonly variable: Variable
      readonly declarator: TSESTree.VariableDeclarator
    }
  /** `const { user } = new PrismaClient()` */
  | { readonly type: 'pattern' }
  /** `x = new PrismaClient()` on a line of its own */
  | { readonly type: 'assigned'; readonly variable: Variable | undefined }
  | { readonly type: 'global'; readonly member: string }
  | { readonly type: 'field' }
  | { readonly type: 'export' }
  | { readonly type: 'returned'; readonly fn: FunctionNode }
  | { readonly type: 'nothing' }
  /** An argument, a property, a default: it is used where it is made. */
  | { readonly type: 'value' }

/** How a new client reaches its holder. */
export interface Held {
  readonly holder: Holder
  /** The members that are read from the client on the way: `['$extends']`, `['user']`. */
  readonly chain: readonly string[]
  /** Whether the holder gets just this: no `??`, no condition, no member in between. */
  readonly isDirect: boolean
  /** Whether a condition chooses between this client and something else that is no global. */
  readonly isConditional: boolean
  /** Members of the global object that stand beside or around it: `global.prisma ??= new ...`. */
  readonly globals: readonly string[]
}

/** Follows a new client outwards, to what keeps it. */
export function heldBy(site: Node, names: Names): Held {
  const chain: string[] = []
  const globals: string[] = []
  let isConditional = false
  let isDirect = true
  let at = wrapped(site)
  for (;;) {
    const above: Node | undefined | null = at.parent
    if (above?.type === 'MemberExpression' && above.object === at) {
      chain.push(memberName(above) ?? '*')
      at = wrapped(above)
    } else if (above?.type === 'CallExpression' && above.callee === at) {
      at = wrapped(above)
    } else if (above?.type === 'LogicalExpression') {
      const other = above.left === at ? above.right : above.left
      const global = names.globalMember(other)
      if (global === undefined) isConditional = true
      else globals.push(global)
      at = wrapped(above)
    } else if (above?.type === 'ConditionalExpression' && above.test !== at) {
      isConditional = true
      at = wrapped(above)
    } else if (above?.type === 'AssignmentExpression' && above.right === at) {
      const global = names.globalMember(above.left)
      if (global === undefined || above.parent.type === 'ExpressionStatement') break
      globals.push(global)
      at = wrapped(above)
    } else {
      break
    }
    isDirect = false
  }
  return { holder: holderOf(at, names), chain, isDirect, isConditional, globals }
}

function holderOf(at: Node, names: Names): Holder {
  const { parent } = at
  switch (parent?.type) {
    case 'VariableDeclarator': {
      const variable = names.variableOf(parent.id)
      return variable === undefined
        ? { type: 'pattern' }
        : { type: 'variable', variable, declarator: parent }
    }
    case 'AssignmentExpression': {
      if (parent.right !== at) return { type: 'value' }
      return assignedTo(parent.left, names)
    }
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return { type: 'field' }
    case 'ExportDefaultDeclaration':
    case 'TSExportAssignment':
      return { type: 'export' }
    case 'Property':
      return parent.value === at && isInModuleExports(parent, names)
        ? { type: 'export' }
        : { type: 'value' }
    case 'ExpressionStatement':
      return { type: 'nothing' }
    case 'ArrowFunctionExpression':
      return parent.body === at ? { type: 'returned', fn: parent } : { type: 'value' }
    case 'ReturnStatement': {
      let fn: Node | undefined = parent.parent
      while (fn !== undefined && !isFunction(fn)) fn = fn.parent
      return fn === undefined ? { type: 'value' } : { type: 'returned', fn }
    }
    default:
      return { type: 'value' }
  }
}

function assignedTo(target: Node, names: Names): Holder {
  const global = names.globalMember(target)
  if (global !== undefined) return { type: 'global', member: global }
  if (target.type === 'Identifier') return { type: 'assigned', variable: names.variableOf(target) }
  if (target.type !== 'MemberExpression') return { type: 'pattern' }
  if (target.object.type === 'ThisExpression') return { type: 'field' }
  return isModuleExports(target, names) ? { type: 'export' } : { type: 'value' }
}

/** `module.exports = { prisma: ... }` */
function isInModuleExports({ parent: object }: Node, names: Names): boolean {
  const assignment = object?.type === 'ObjectExpression' ? object.parent : undefined
  return (
    assignment?.type === 'AssignmentExpression' &&
    assignment.right === object &&
    isModuleExports(assignment.left, names)
  )
}

/** `module.exports`, `module.exports.x` and `exports.x`. */
export function isModuleExports(node: Node, names: Names): boolean {
  if (node.type !== 'MemberExpression') return false
  const { object } = node
  if (names.globalName(object) === 'exports') return true
  if (names.globalName(object) === 'module') return memberName(node) === 'exports'
  return isModuleExports(object, names)
}
