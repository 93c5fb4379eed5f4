import type { TSESTree } from '@typescript-eslint/types'

export type Node = TSESTree.Node

/** Calls `visit` for a node and all below it, in the order of the text; `false` leaves out what is below. */
export function walk(node: Node, visit: (node: Node) => boolean | void): void {
  if (visit(node) === false) return
  // Parsers differ in the keys of a node, so all are looked at; `in` order is the order of the text.
  for (const key in node) {
    // Any value can stand under a key; `isNode` tells.
    const value = (node as unknown as Record<string, unknown>)[key]
    if (typeof value !== 'object' || value === null || NOT_SYNTAX.has(key)) continue
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) walk(item, visit)
    } else if (isNode(value)) walk(value, visit)
  }
}

/** The nodes that enclose a node, the nearest first. */
export function* ancestorsOf(node: Node): Generator<Node> {
  for (let above = node.parent; above !== undefined && above !== null; above = above.parent)
    yield above
}

// ESLint, oxc and others hang more on a node than its syntax: tokens, comments, places.
const NOT_SYNTAX = new Set(['parent', 'loc', 'range', 'tokens', 'comments', 'start', 'end'])

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'range' in value
}
