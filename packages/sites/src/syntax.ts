import type { TSESTree } from '@typescript-eslint/types'
import { ancestorsOf, type Node } from './walk.ts'

export type FunctionNode =
  | TSESTree.FunctionDeclaration
  | TSESTree.FunctionExpression
  | TSESTree.ArrowFunctionExpression

export function isFunction(node: Node): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  )
}

/** The function that a node runs in, or `undefined` at the top of the module. */
export function functionAround(node: Node): FunctionNode | undefined {
  for (const above of ancestorsOf(node)) if (isFunction(above)) return above
  return undefined
}

/** An expression without what only the type checker sees, and without parentheses. */
export function unwrap(node: Node): Node {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
    case 'ChainExpression':
      return unwrap(node.expression)
    default:
      return node
  }
}

/** The outermost expression that is only a node in other clothes: `(x as T)!`. */
export function wrapped(node: Node): Node {
  const { parent } = node
  return parent !== undefined &&
    parent !== null &&
    unwrap(parent) !== parent &&
    unwrap(parent) === unwrap(node)
    ? wrapped(parent)
    : node
}

/** The text of a string literal or of a template without parts. */
export function stringValue(node: Node | null | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) {
    return node.quasis[0]?.value.cooked ?? undefined
  }
  return undefined
}

/** The name of a property or of a member, where it is fixed in the text. */
export function keyName(key: Node, computed: boolean): string | undefined {
  if (!computed && key.type === 'Identifier') return key.name
  return stringValue(key)
}

/** The name of the member that a member expression reads, where it is fixed. */
export function memberName(node: Node): string | undefined {
  return node.type === 'MemberExpression' ? keyName(node.property, node.computed) : undefined
}

/** What a function returns, as far as the text tells. */
export function returnedBy(fn: FunctionNode): Node[] {
  if (fn.body.type !== 'BlockStatement') return [fn.body]
  const returned: Node[] = []
  const visit = (node: Node | null | undefined): void => {
    if (node === null || node === undefined) return
    switch (node.type) {
      case 'ReturnStatement':
        if (node.argument !== null) returned.push(node.argument)
        return
      case 'BlockStatement':
        node.body.forEach(visit)
        return
      case 'IfStatement':
        visit(node.consequent)
        visit(node.alternate)
        return
      case 'TryStatement':
        visit(node.block)
        visit(node.handler?.body)
        visit(node.finalizer)
        return
      case 'SwitchStatement':
        for (const { consequent } of node.cases) consequent.forEach(visit)
        return
      case 'ForStatement':
      case 'ForOfStatement':
      case 'ForInStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'LabeledStatement':
        visit(node.body)
        return
      default:
    }
  }
  visit(fn.body)
  return returned
}
