import type { TSESTree } from '@typescript-eslint/types'
import type { SharedClient } from './disconnect-client.ts'
import { memberName, wrapped } from './syntax.ts'
import type { Node } from './walk.ts'

/** Whether to come upon a name or a client in a program is to query by it. */
export function isUse(node: Node, client: SharedClient): boolean {
  if (isHandedOn(node)) return false
  if (client.isClient(node)) return !client.isBirth(node)
  return node.type === 'Identifier' && client.holdsClient(node)
}

// Members that a client has without a connection.
const OPENS_NOTHING = new Set(['$connect', '$on', '$use', '$extends'])

export function needsNoConnection(
  member: TSESTree.MemberExpression,
  client: SharedClient,
): boolean {
  if (client.isDisconnectMethod(member)) return true
  return client.isClient(member.object) && OPENS_NOTHING.has(memberName(member) ?? '')
}

// `const db = prisma as Db` and `global.prisma = prisma` query nothing.
function isHandedOn(node: Node): boolean {
  const outer = wrapped(node)
  const { parent } = outer
  return (
    (parent?.type === 'VariableDeclarator' && parent.init === outer) ||
    parent?.type === 'AssignmentExpression' ||
    parent?.type === 'ExportDefaultDeclaration'
  )
}
