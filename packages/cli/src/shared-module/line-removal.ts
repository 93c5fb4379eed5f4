import type { Edit, ModuleSource, Node } from '@oneprisma/sites'

/** A statement with the comments that belong to it. */
export interface Extent {
  readonly start: number
  readonly end: number
}

// What speaks to a tool about the whole file, or to a lawyer, does not belong to the statement below.
const ABOUT_THE_FILE =
  /@license|@preserve|@ts-(?:no)?check|\/\*\s*eslint(?!-disable-next)|^#!|\/\*!/

/** The statement with the comment lines right above it and the comment behind it. */
export function extentOf({ range }: Node, { text }: ModuleSource): Extent {
  let start = lineStart(text, range[0])
  // A `;` in front belongs to the statement before, and is there for this one.
  if (!/^\s*;?\s*$/.test(text.slice(start, range[0]))) start = range[0]
  else start = aboveWithComments(text, start)
  const [behind = ''] =
    /^[^\S\r\n]*;?[^\S\r\n]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[^\S\r\n]*(?=\r?\n|$))?/.exec(
      text.slice(range[1]),
    ) ?? []
  return { start, end: range[1] + behind.trimEnd().length }
}

/** Removes statements together with their lines, and a blank line where two would meet. */
export function removeLines(extents: readonly Extent[], { text }: ModuleSource): Edit[] {
  const merged: Array<{ start: number; end: number }> = []
  for (const { start, end } of extents.toSorted((one, other) => one.start - other.start)) {
    const last = merged.at(-1)
    if (last !== undefined && text.slice(last.end, start).trim() === '')
      last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged.map(({ start, end }) => ({ ...wholeLines(text, start, end), text: '' }))
}

function wholeLines(text: string, start: number, end: number): Extent {
  const from = lineStart(text, start)
  const [rest = ''] = /^[^\S\r\n]*(?:\r?\n|$)/.exec(text.slice(end)) ?? ['']
  const isWhole = text.slice(from, start).trim() === '' && (rest !== '' || end === text.length)
  if (!isWhole) return { start, end: end + (/^[^\S\r\n]*/.exec(text.slice(end))?.[0].length ?? 0) }

  let to = end + rest.length
  const isAfterBlank = from === 0 || /\n[^\S\r\n]*\r?\n$/.test(text.slice(0, from))
  const [blank = ''] = /^(?:[^\S\r\n]*\r?\n)+/.exec(text.slice(to)) ?? []
  if (isAfterBlank) to += blank.length
  // At the end of the file, the blank lines above have nothing to part any more.
  const above =
    to === text.length
      ? (/(?:\r?\n[^\S\r\n]*)*(?=\r?\n$)/.exec(text.slice(0, from))?.[0].length ?? 0)
      : 0
  return { start: from - above, end: to }
}

function aboveWithComments(text: string, lineAt: number): number {
  let start = lineAt
  while (start > 0) {
    const above = lineStart(text, start - 1)
    const line = text.slice(above, start).trim()
    const opened = line.endsWith('*/') ? blockStart(text, above, start) : undefined
    const isComment = line.startsWith('//') || opened !== undefined
    if (!isComment || ABOUT_THE_FILE.test(text.slice(opened ?? above, start).trim())) break
    start = opened ?? above
  }
  return start
}

/** The line on which a block comment begins that ends in a line, if nothing stands before it. */
function blockStart(text: string, line: number, end: number): number | undefined {
  const opening = text.lastIndexOf('/*', end)
  if (opening === -1) return undefined
  const start = lineStart(text, opening)
  const isAlone = text.slice(start, opening).trim() === '' && start <= line
  return isAlone ? start : undefined
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}
