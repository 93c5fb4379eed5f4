import type { TSESTree } from '@typescript-eslint/types'
import type { Names } from './names.ts'
import { memberName, unwrap } from './syntax.ts'
import type { Node } from './walk.ts'

export function isExit(node: Node, names: Names): node is TSESTree.CallExpression {
  return node.type === 'CallExpression' && isExitMethod(node.callee, names)
}

/** Whether an expression is `process.exit` itself. */
export function isExitMethod(expression: Node, names: Names): boolean {
  const node = unwrap(expression)
  return memberName(node) === 'exit' && isOfProcess(node, names)
}

/** Whether a call adds a listener to the process: for a signal, or for its end. */
export function isProcessListener(call: Node, names: Names): boolean {
  if (call.type !== 'CallExpression') return false
  const callee = unwrap(call.callee)
  return (
    ['on', 'once', 'addListener', 'prependListener'].includes(memberName(callee) ?? '') &&
    isOfProcess(callee, names)
  )
}

function isOfProcess(member: Node, names: Names): boolean {
  if (member.type !== 'MemberExpression') return false
  const object = unwrap(member.object)
  if (names.globalName(object) === 'process') return true
  const [definition] = names.variableOf(object)?.defs ?? []
  const source =
    definition?.parent?.type === 'ImportDeclaration' ? definition.parent.source.value : undefined
  return source === 'process' || source === 'node:process'
}
