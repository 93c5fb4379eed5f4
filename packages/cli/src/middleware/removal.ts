import type { Edit, Node } from '@oneprisma/sites'
import { commentsIn, lineEnd } from './text-edit.ts'

/** A statement that goes, and the comments that belong to it. */
export interface Removal {
  readonly edit: Edit
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/**
 * Removes a statement with the comments right above it and after it on its line. The blank lines
 * before it go, those after it stay.
 */
export function removeStatement(text: string, statement: Node, previousEnd: number): Removal {
  const [start, statementEnd] = statement.range
  const trailing = TRAILING.exec(text.slice(statementEnd))?.[0] ?? ''
  const end = statementEnd + trailing.length
  const between = text.slice(previousEnd, start)
  const ownStart = startOfOwnComments(between)
  const from = previousEnd + between.slice(0, ownStart).trimEnd().length
  const isNeeded = needsSemicolon(text, previousEnd, statementEnd)
  const top = text.startsWith('\uFEFF') ? 1 : 0
  return {
    edit:
      from <= top
        ? { start: top, end: afterLines(text, end), text: '' }
        : { start: from, end, text: isNeeded ? `${lineEnd(text)};` : '' },
    before: commentsIn(between.slice(ownStart)),
    after: commentsIn(trailing),
  }
}

// The comments that end a line.
const TRAILING = /^(?:[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/))+(?=[ \t]*(?:\r?\n|$))/

function afterLines(text: string, end: number): number {
  return end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0)
}

/**
 * Where the comments begin that stand right above a statement, in the text since the statement
 * before. A comment on the line of that statement is its own.
 */
function startOfOwnComments(between: string): number {
  let start = between.length
  for (const comment of [...between.matchAll(COMMENT)].toReversed()) {
    const end = comment.index + comment[0].length
    if (linesIn(between.slice(end, start)) > 1) break
    const isBesideBefore = linesIn(between.slice(0, comment.index)) === 0
    if (isBesideBefore && linesIn(between) > 0) break
    start = comment.index
  }
  return start
}

const COMMENT = /\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g

function linesIn(text: string): number {
  return text.split('\n').length - 1
}

// Without it, the line after would go on where the line before ends.
function needsSemicolon(text: string, previousEnd: number, end: number): boolean {
  const after = text.slice(end).replace(/^(\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/, '')
  return /^[([`/+*-]/.test(after) && (text[end - 1] === ';' || text[previousEnd - 1] !== ';')
}
