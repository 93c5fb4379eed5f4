/** A stretch of a text. */
export interface Range {
  readonly start: number
  readonly end: number
}

/**
 * Widens a statement to the lines that it fills, with a comment behind it and with its line end;
 * where other code stands on its lines, only the statement itself goes.
 */
export function wholeLines(text: string, [start, end]: readonly [number, number]): Range {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const afterSemicolon = /^[ \t]*;/.exec(text.slice(end))?.[0].length ?? 0
  const stop = end + afterSemicolon
  const lineEnd = text.indexOf('\n', stop)
  const before = text.slice(lineStart, start)
  const behind = text.slice(stop, lineEnd === -1 ? text.length : lineEnd)
  const isAlone =
    /^[ \t\uFEFF]*$/.test(before) && /^[ \t]*(?:\/\/.*|\/\*[^\n]*\*\/[ \t]*)?\r?$/.test(behind)
  if (!isAlone) return { start, end: stop + (/^[ \t]+/.exec(behind)?.[0].length ?? 0) }
  // A byte order mark belongs to the file, and not to its first line.
  const first = text.startsWith('\uFEFF') && lineStart === 0 ? 1 : lineStart
  return { start: first, end: lineEnd === -1 ? text.length : lineEnd + 1 }
}

/** The white space that a line begins with. */
export function indentationAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  return /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? ''
}

/** The line of an offset, from 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1))
    line++
  return line
}

/** The column of an offset, from 1, in UTF-16 code units; a byte order mark takes none. */
export function columnOf(text: string, offset: number): number {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const mark = lineStart === 0 && text.startsWith('\uFEFF') ? 1 : 0
  return offset - lineStart + 1 - mark
}
