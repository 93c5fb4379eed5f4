import type { Link } from './ending-chain.ts'
import { outermostLink, readChain, readLink } from './ending-chain.ts'
import type { SharedClient } from './disconnect-client.ts'
import { isExit } from './ending-exit.ts'
import { functionOf, isExported, mentionsOf } from './ending-functions.ts'
import { functionAround, isFunction, unwrap, wrapped, type FunctionNode } from './syntax.ts'
import { walk, type Node } from './walk.ts'

/**
 * Whether nothing but disconnecting comes after a function has returned, so that it may return
 * where it ended the process before. Says no where that cannot be seen.
 */
export function isFollowedByNothing(fn: FunctionNode, client: SharedClient): boolean {
  const [mention, other] = mentionsOf(fn, client.names)
  if (mention === undefined || other !== undefined || isExported(fn)) return false
  const { parent } = mention
  if (parent?.type !== 'CallExpression') return false
  const link = readLink(parent)
  if (parent.callee !== mention && link === undefined) return false
  return isLast(parent, client)
}

/** Whether a statement is the last that its function, or the module, runs but for `finally`. */
export function isTail(statement: Node): boolean {
  const { parent } = statement
  switch (parent?.type) {
    case 'Program':
      return parent.body.slice(indexIn(parent.body, statement) + 1).every(isDeclaration)
    case 'BlockStatement': {
      const isEnd = parent.body.slice(indexIn(parent.body, statement) + 1).every(isDeclaration)
      return (
        isEnd && (parent.parent !== undefined && isFunction(parent.parent) ? true : isTail(parent))
      )
    }
    case 'IfStatement':
    case 'CatchClause':
      return isTail(parent)
    case 'TryStatement':
      return statement !== parent.finalizer && isTail(parent)
    default:
      return false
  }
}

/** The handler of a chain that only disconnects: `.then(async () => { await prisma.$disconnect() })`. */
export function onlyDisconnects(handler: Node, client: SharedClient): boolean {
  if (client.isDisconnectMethod(handler)) return true
  const fn = functionOf(handler, client.names)
  if (fn === undefined || fn.params.length > 0) return false
  if (fn.body.type !== 'BlockStatement') return isDisconnect(fn.body, client)
  const [statement, other] = fn.body.body
  if (statement === undefined || other !== undefined) return false
  if (statement.type === 'ExpressionStatement') return isDisconnect(statement.expression, client)
  return (
    statement.type === 'ReturnStatement' &&
    statement.argument !== null &&
    isDisconnect(statement.argument, client)
  )
}

function isLast(call: Node, client: SharedClient): boolean {
  const outermost = outermostLink(call)
  const { links } = readChain(outermost)
  const after = links.slice(links.findIndex((link) => link.call === call) + 1)
  if (!after.every((link) => isHarmless(link, client))) return false

  const expression = wrapped(outermost)
  let { parent } = expression
  if (parent?.type === 'UnaryExpression' && parent.operator === 'void') parent = parent.parent
  // Nobody waits for it, so nothing follows it.
  if (parent?.type === 'ExpressionStatement') return true
  if (parent?.type === 'AwaitExpression') parent = parent.parent
  if (parent?.type !== 'ExpressionStatement' && parent?.type !== 'ReturnStatement') return false
  const fn = functionAround(parent)
  return isTail(parent) && (fn === undefined || isFollowedByNothing(fn, client))
}

/** Whether a link may run although the process was to have ended before it. */
function isHarmless(link: Link, client: SharedClient): boolean {
  const [handler] = link.call.arguments
  if (link.method === 'catch' || handler === undefined) return true
  if (link.method === 'then') return onlyDisconnects(handler, client)
  const fn = functionOf(handler, client.names)
  if (fn === undefined) return client.isDisconnectMethod(handler)
  let setsCode = false
  walk(fn, (node) => {
    if (isExit(node, client.names) && node.arguments.length > 0) setsCode = true
  })
  return !setsCode
}

function isDisconnect(expression: Node, client: SharedClient): boolean {
  const node = unwrap(expression)
  return client.isDisconnectCall(node.type === 'AwaitExpression' ? node.argument : node)
}

function isDeclaration(statement: Node): boolean {
  return (
    statement.type === 'FunctionDeclaration' ||
    statement.type === 'EmptyStatement' ||
    statement.type === 'ExportAllDeclaration' ||
    statement.type === 'ImportDeclaration' ||
    statement.type.startsWith('TS') ||
    (statement.type === 'ExportNamedDeclaration' &&
      (statement.declaration === null || isDeclaration(statement.declaration)))
  )
}

function indexIn(statements: readonly Node[], statement: Node): number {
  return statements.indexOf(statement)
}
