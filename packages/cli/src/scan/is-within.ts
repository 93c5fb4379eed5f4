import type { Node } from '@oneprisma/sites'

/** Whether a node is another, or a part of it. */
export function isWithin(node: Node, outer: Node): boolean {
  return outer.range[0] <= node.range[0] && node.range[1] <= outer.range[1]
}
