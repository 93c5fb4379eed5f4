import type { Variable } from '@typescript-eslint/scope-manager'
import type { Names } from './names.ts'
import { isFunction, unwrap, type FunctionNode } from './syntax.ts'
import type { Node } from './walk.ts'

/** The function that an expression stands for: written in place, or declared in the module. */
export function functionOf(expression: Node, names: Names): FunctionNode | undefined {
  const node = unwrap(expression)
  if (isFunction(node)) return node
  if (node.type !== 'Identifier') return undefined
  const [definition, other] = names.variableOf(node)?.defs ?? []
  if (definition === undefined || other !== undefined) return undefined
  if (definition.node.type === 'FunctionDeclaration') return definition.node
  if (definition.node.type !== 'VariableDeclarator' || definition.node.init === null) {
    return undefined
  }
  const init = unwrap(definition.node.init)
  return definition.node.id.type === 'Identifier' && isFunction(init) ? init : undefined
}

/** The functions that a call is given by an argument, also within an object or a list. */
export function functionsIn(argument: Node, names: Names): readonly FunctionNode[] {
  const fn = functionOf(argument, names)
  if (fn !== undefined) return [fn]
  if (argument.type === 'ArrayExpression') {
    return argument.elements.flatMap((item) => (item === null ? [] : functionsIn(item, names)))
  }
  if (argument.type !== 'ObjectExpression') return []
  return argument.properties.flatMap((property) =>
    property.type === 'Property' ? functionsIn(property.value, names) : [],
  )
}

/** Whether what is called comes from another module. */
export function isImported(callee: Node, names: Names): boolean {
  const node = unwrap(callee)
  if (node.type === 'MemberExpression') return isImported(node.object, names)
  return names.variableOf(node)?.defs[0]?.parent?.type === 'ImportDeclaration'
}

/** Where a function is mentioned: in its place, or by the name that it is declared under. */
export function mentionsOf(fn: FunctionNode, names: Names): readonly Node[] {
  const variable = variableOf(fn, names)
  if (variable === undefined) return [fn]
  return variable.references.filter((reference) => reference.isRead()).map(mentionOf)
}

/** Whether other modules can call a function by a name. */
export function isExported(fn: FunctionNode): boolean {
  const declaration = fn.type === 'FunctionDeclaration' ? fn : fn.parent.parent
  return declaration?.parent?.type.startsWith('Export') === true
}

function variableOf(fn: FunctionNode, names: Names): Variable | undefined {
  if (fn.type === 'FunctionDeclaration') {
    return fn.id === null ? undefined : names.variableOf(fn.id)
  }
  const { parent } = fn
  return parent.type === 'VariableDeclarator' ? names.variableOf(parent.id) : undefined
}

function mentionOf({ identifier }: { readonly identifier: Node }): Node {
  return identifier
}
