import { walk, type Node } from './walk.ts'

/** The nodes right below a node, in the order of the text. */
export function partsOf(node: Node): readonly Node[] {
  const parts: Node[] = []
  walk(node, (below) => {
    if (below !== node) parts.push(below)
    return below === node
  })
  return parts
}
