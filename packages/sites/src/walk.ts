import type { TSESTree } from '@typescript-eslint/types'

export type Node = TSESTree.Node

/** Calls `visit` for a node and all below it, in the order of the text; `false` leaves out what is below. */
export function walk(node: Node, visit: (node: Node) => boolean | void): void {
  if (visit(node) === false) return
  for (const child of childrenOf(node)) walk(child, visit)
}

/** The nodes that enclose a node, the nearest first. */
export function* ancestorsOf(node: Node): Generator<Node> {
  for (let above = node.parent; above !== undefined && above !== null; above = above.parent)
    yield above
}

// ESLint, oxc and others hang more on a node than its syntax: tokens, comments, places.
const NOT_SYNTAX = new Set(['parent', 'loc', 'range', 'tokens', 'comments', 'start', 'end'])

function childrenOf(node: Node): Node[] {
  const children: Node[] = []
  for (const [key, value] of Object.entries(node)) {
    if (NOT_SYNTAX.has(key)) continue
    for (const item of Array.isArray(value) ? value : [value]) if (isNode(item)) children.push(item)
  }
  return children
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'range' in value
}
