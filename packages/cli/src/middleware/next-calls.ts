import type { TSESTree } from '@typescript-eslint/types'
import {
  functionAround,
  type FunctionNode,
  memberName,
  type Node,
  unwrap,
  wrapped,
} from '@oneprisma/sites'
import type { Callback } from './callback.ts'
import { countNextCalls } from './count-next-calls.ts'
import type { MiddlewareRefusal } from './refusal.ts'

/** Finds the calls of the next middleware, if each begins the rest of the query once. */
export function findNextCalls({
  fn,
  next,
}: Callback): readonly TSESTree.CallExpression[] | MiddlewareRefusal {
  const calls: TSESTree.CallExpression[] = []
  for (const { identifier } of next.references) {
    const call = wrapped(identifier).parent
    if (call?.type !== 'CallExpression' || unwrap(call.callee) !== identifier || call.optional) {
      return 'NEXT_ESCAPES'
    }
    if (functionAround(call) !== fn) return 'NEXT_ESCAPES'
    if (!isAwaited(call, fn)) return 'NEXT_NOT_AWAITED'
    calls.push(call)
  }
  // Each call is known by where it stands; a path may meet several of them.
  return countNextCalls(fn.body, new Set<Node>(calls)) > 1 ? 'NEXT_REPEATED' : calls
}

/**
 * Whether the query begins where the call stands. `next` began it at once, but what a query
 * extension calls begins only when it is awaited, or when the callback is left.
 */
function isAwaited(call: Node, fn: FunctionNode): boolean {
  const value = wrapped(call)
  const { parent } = value
  switch (parent?.type) {
    case 'AwaitExpression':
      return true
    case 'ReturnStatement':
      return !isInTry(parent, fn)
    case 'ArrowFunctionExpression':
      return parent === fn && parent.body === value
    case 'ConditionalExpression':
      return parent.test !== value && isAwaited(parent, fn)
    case 'LogicalExpression':
      return parent.right === value && isAwaited(parent, fn)
    case 'MemberExpression': {
      const callback = wrapped(parent).parent
      return (
        ['then', 'catch', 'finally'].includes(memberName(parent) ?? '') &&
        callback?.type === 'CallExpression' &&
        unwrap(callback.callee) === parent
      )
    }
    default:
      return false
  }
}

/** Whether the middleware may go on after the call, and not only hand on what it returns. */
export function isFollowed(call: Node, fn: FunctionNode): boolean {
  const value = wrapped(call)
  const { parent } = value
  switch (parent?.type) {
    case 'AwaitExpression':
    case 'ConditionalExpression':
    case 'LogicalExpression':
      return isFollowed(parent, fn)
    case 'ReturnStatement':
      return isInTry(parent, fn)
    default:
      return parent !== fn
  }
}

function isInTry(node: Node, fn: FunctionNode): boolean {
  for (let above: Node | undefined = node; above && above !== fn; above = above.parent) {
    if (above.type === 'TryStatement') return true
  }
  return false
}
