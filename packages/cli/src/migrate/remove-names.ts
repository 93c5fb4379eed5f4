import type { TSESTree } from '@typescript-eslint/types'
import type { Edit } from '@oneprisma/sites'

type Listed = TSESTree.ImportClause | TSESTree.ObjectPattern['properties'][number]

/** Takes names out of a list in braces, with their commas, and with their lines where they fill them. */
export function removeNames(
  text: string,
  all: readonly Listed[],
  going: ReadonlySet<Listed>,
): Edit[] {
  const staying = all.filter((name) => !going.has(name))
  return all.flatMap((name, index): Edit[] => {
    if (!going.has(name)) return []
    const [start, end] = name.range
    const lineStart = text.lastIndexOf('\n', start - 1) + 1
    const comma = /^\s*,/.exec(text.slice(end))?.[0].length ?? 0
    const lineEnd = text.indexOf('\n', end + comma)
    const isLine =
      text.slice(lineStart, start).trim() === '' && text.slice(end + comma, lineEnd).trim() === ''
    if (isLine && lineStart > 0) return [{ start: lineStart, end: lineEnd + 1, text: '' }]
    const next = all[index + 1]
    // What follows moves up; after the last name that stays, the comma in front goes.
    if (next !== undefined && staying.some((other) => other.range[0] > start)) {
      return [{ start, end: next.range[0], text: '' }]
    }
    const previous = staying.at(-1)
    return index === all.length - 1 && previous !== undefined
      ? [{ start: previous.range[1], end: end + comma, text: '' }]
      : []
  })
}
