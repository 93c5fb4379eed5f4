import type { Names } from './names.ts'
import { originOf } from './origin.ts'
import { isFunction, memberName, unwrap, type FunctionNode } from './syntax.ts'
import type { Node } from './walk.ts'

const SHARE_PACKAGE = '@oneprisma/client'

/** The function of a module that an expression calls. */
export function calledFunction(node: Node, names: Names): FunctionNode | undefined {
  const callee = unwrap(node)
  if (isFunction(callee)) return callee
  const [definition] = names.variableOf(callee)?.defs ?? []
  if (definition?.node.type === 'FunctionDeclaration') return definition.node
  const init = initOf(callee, names)
  return init && isFunction(init) ? init : undefined
}

/** Whether an expression is `require`, or what `createRequire` made. */
export function isRequire(callee: Node, names: Names): boolean {
  if (names.globalName(callee) === 'require') return true
  const init = initOf(callee, names)
  if (init?.type !== 'CallExpression') return false
  return (
    (init.callee.type === 'Identifier' && init.callee.name === 'createRequire') ||
    memberName(init.callee) === 'createRequire'
  )
}

/** Whether an expression is the function that shares a client. */
export function isSharePrisma(callee: Node, names: Names): boolean {
  const variable = names.variableOf(callee)
  const origin = variable && originOf(variable)
  return origin === undefined
    ? memberName(callee) === 'sharePrisma'
    : origin.source === SHARE_PACKAGE && origin.imported === 'sharePrisma'
}

function initOf(name: Node, names: Names): Node | undefined {
  const [definition] = names.variableOf(name)?.defs ?? []
  if (definition?.node.type !== 'VariableDeclarator' || definition.node.init === null) {
    return undefined
  }
  return unwrap(definition.node.init)
}
