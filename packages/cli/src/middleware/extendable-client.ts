import type { Reference, Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import { isFunction, memberName, type Node, unwrap, walk, wrapped } from '@oneprisma/sites'
import { isWithin } from '../scan/is-within.ts'
import type { MiddlewareRefusal } from './refusal.ts'
import type { UseCall } from './use-call.ts'

/** A client whose construction can be extended in place of its calls of `$use`. */
export interface ExtendableClient {
  /** The statement that declares it. */
  readonly statement: Node
  readonly construction: TSESTree.NewExpression
  /** The statements that call `$use`, in their order. */
  readonly useStatements: readonly TSESTree.ExpressionStatement[]
}

/** Finds where a client is made, where nobody can tell whether it is extended there or later. */
export function findExtendableClient(
  variable: Variable,
  calls: readonly UseCall[],
): ExtendableClient | MiddlewareRefusal {
  const declarator = declaratorOf(variable)
  if (declarator?.init?.type !== 'NewExpression') return 'NOT_ONE_CONSTRUCTION'
  if (declarator.id.typeAnnotation !== undefined && declarator.id.typeAnnotation !== null) {
    return 'TYPED_CLIENT'
  }
  const statement =
    declarator.parent.parent.type === 'ExportNamedDeclaration'
      ? declarator.parent.parent
      : declarator.parent
  const useStatements = calls.map(({ node }) => wrapped(node).parent)
  if (!useStatements.every((node) => isBeside(node, statement))) return 'NOT_BESIDE_THE_CLIENT'
  if (calls.some(({ node }) => mayBeSkipped(node))) return 'NOT_BESIDE_THE_CLIENT'

  const last = Math.max(...useStatements.map(({ range }) => range[1]))
  const others = variable.references.filter(
    ({ init, identifier }) =>
      !init && !useStatements.some((use) => isWithin(identifier, use) && isReceiver(identifier)),
  )
  const early = others.filter(({ identifier }) => identifier.range[0] < last)
  if (early.length > 0) {
    return early.every(({ identifier }) => useStatements.some((use) => isWithin(identifier, use)))
      ? 'USED_INSIDE'
      : 'USED_BEFORE'
  }
  if (isReachedByFunctions(others, statement) && hasCallsBetween(statement, useStatements, last)) {
    return 'CALLED_BETWEEN'
  }
  const asked = others.map(({ identifier }) => askedOf(identifier))
  if (asked.includes('$on') || asked.includes('$use')) return 'LISTENED'
  if (asked.includes('$extends')) return 'EXTENDED'
  if (asked.includes('instanceof')) return 'CLASS_CHECKED'
  return { statement, construction: declarator.init, useStatements }
}

type OwnDeclarator = TSESTree.VariableDeclarator & { readonly id: TSESTree.Identifier }

function declaratorOf({ defs, references }: Variable): OwnDeclarator | undefined {
  const [definition, ...more] = defs
  if (definition?.type !== 'Variable' || more.length > 0) return undefined
  const { node, parent } = definition
  if (parent.kind !== 'const' && parent.kind !== 'let') return undefined
  if (parent.declarations.length !== 1 || node.id.type !== 'Identifier') return undefined
  if (references.some((reference) => reference.isWrite() && !reference.init)) return undefined
  // The check above is what the type says.
  return node as OwnDeclarator
}

function isBeside(node: Node | undefined, statement: Node): node is TSESTree.ExpressionStatement {
  return (
    node?.type === 'ExpressionStatement' &&
    (node.parent.type === 'Program' || node.parent.type === 'BlockStatement') &&
    node.parent === statement.parent &&
    node.range[0] > statement.range[0]
  )
}

// `client?.$use(...)` and `client.$use?.(...)`
function mayBeSkipped({ optional, callee }: TSESTree.CallExpression): boolean {
  const member = unwrap(callee)
  return optional || (member.type === 'MemberExpression' && member.optional)
}

/** Whether it is the client of `client.$use(...)` and not in the middleware itself. */
function isReceiver(identifier: Node): boolean {
  const member = wrapped(identifier).parent
  if (member?.type !== 'MemberExpression' || memberName(member) !== '$use') return false
  const call = wrapped(member).parent
  return call?.type === 'CallExpression' && wrapped(call).parent?.type === 'ExpressionStatement'
}

// A declared function can be called above its place in the text; all other code comes later.
function isReachedByFunctions(others: readonly Reference[], statement: Node): boolean {
  return others.some(({ identifier }) => {
    for (let above = identifier.parent as Node | undefined; above; above = above.parent) {
      if (above.type === 'FunctionDeclaration' && !isWithin(statement, above)) return true
    }
    return false
  })
}

function hasCallsBetween(statement: Node, uses: readonly Node[], last: number): boolean {
  let hasCalls = false
  for (const between of blockOf(statement)) {
    if (between.range[0] <= statement.range[0] || between.range[0] >= last) continue
    if (uses.includes(between)) continue
    walk(between, (node) => {
      if (isFunction(node)) return false
      hasCalls ||= CALLS.has(node.type)
      return undefined
    })
  }
  return hasCalls
}

const CALLS = new Set<string>([
  'CallExpression',
  'NewExpression',
  'TaggedTemplateExpression',
  'AwaitExpression',
  'YieldExpression',
  'ReturnStatement',
])

function blockOf({ parent }: Node): readonly Node[] {
  return parent?.type === 'Program' || parent?.type === 'BlockStatement' ? parent.body : []
}

function askedOf(identifier: Node): string | undefined {
  const { parent } = wrapped(identifier)
  if (parent?.type === 'BinaryExpression') return parent.operator
  if (parent?.type !== 'MemberExpression' || unwrap(parent.object) !== identifier) return undefined
  return memberName(parent)
}
