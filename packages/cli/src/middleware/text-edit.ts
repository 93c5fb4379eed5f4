import type { Edit } from '@oneprisma/sites'

/** Returns the text from `start` to `end` with the edits that lie in it. */
export function editedSlice(
  text: string,
  start: number,
  end: number,
  edits: readonly Edit[],
): string {
  let result = ''
  let at = start
  for (const edit of edits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    // What lies in a part that is replaced already goes with it.
    if (edit.start < at || edit.end > end) continue
    result += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return result + text.slice(at, end)
}

/** Makes one edit of those that touch, so that it does not matter in which order they are made. */
export function mergedEdits(edits: readonly Edit[]): Edit[] {
  const merged: Edit[] = []
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const before = merged.at(-1)
    if (before === undefined || before.end < edit.start) merged.push(edit)
    else merged.splice(-1, 1, { ...before, end: edit.end, text: before.text + edit.text })
  }
  return merged
}

/** Returns what a line of a program is indented by, from its first line that is. */
export function indentationUnit(text: string): string {
  return /^(\t|  +)\S/m.exec(text.replaceAll(/^ \*.*$/gm, ''))?.[1] ?? '  '
}

/** The comments among white space and code, each as it is written. */
export function commentsIn(text: string): string[] {
  return text.match(/\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g) ?? []
}

/** How the lines of a text end. */
export function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}
