import type { Node } from '@oneprisma/sites'

/** Whether a node is another or stands below it. */
export function isWithin(node: Node, outer: Node): boolean {
  return node.range[0] >= outer.range[0] && node.range[1] <= outer.range[1]
}
