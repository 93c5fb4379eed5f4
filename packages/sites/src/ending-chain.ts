import type { TSESTree } from '@typescript-eslint/types'
import { memberName, unwrap } from './syntax.ts'
import type { Node } from './walk.ts'

/** A call of `then`, `catch` or `finally`. */
export interface Link {
  readonly call: TSESTree.CallExpression
  readonly member: TSESTree.MemberExpression
  readonly method: 'then' | 'catch' | 'finally'
}

export interface Chain {
  /** What promises: `main()` in `main().then(a).catch(b)`. */
  readonly root: Node
  readonly links: readonly Link[]
}

/** Takes an expression apart into a promise and what is to follow it. */
export function readChain(expression: Node): Chain {
  const links: Link[] = []
  let root = unwrap(expression)
  for (let link = readLink(root); link !== undefined; link = readLink(root)) {
    links.unshift(link)
    root = unwrap(link.member.object)
  }
  return { root, links }
}

export function readLink(node: Node): Link | undefined {
  if (node.type !== 'CallExpression') return undefined
  const member = unwrap(node.callee)
  if (member.type !== 'MemberExpression') return undefined
  const method = memberName(member)
  if (method !== 'then' && method !== 'catch' && method !== 'finally') return undefined
  return { call: node, member, method }
}

/** The outermost call of the chain that a call belongs to. */
export function outermostLink(call: Node): Node {
  const member = call.parent
  if (member?.type !== 'MemberExpression' || member.object !== call) return call
  const above = member.parent
  return above.type === 'CallExpression' && above.callee === member && readLink(above) !== undefined
    ? outermostLink(above)
    : call
}
