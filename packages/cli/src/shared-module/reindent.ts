import { walk, type Node } from '@oneprisma/sites'

/** Moves the lines of a node's text, all but the first, from one indentation to another. */
export function reindent(
  rendered: string,
  nodes: readonly Node[],
  from: string,
  to: string,
): string {
  if (from === to || nodes.some(hasTextOfLines)) return rendered
  return rendered
    .split('\n')
    .map((line, index) =>
      index === 0 || line.trim() === '' || !line.startsWith(from)
        ? line
        : to + line.slice(from.length),
    )
    .join('\n')
}

/** Whether white space at the start of a line belongs to a value. */
function hasTextOfLines(node: Node): boolean {
  let has = false
  walk(node, (inner) => {
    if (inner.type === 'TemplateElement') has ||= inner.value.raw.includes('\n')
  })
  return has
}
