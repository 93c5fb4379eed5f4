import type { Edit, Node } from '@oneprisma/sites'
import { commentsIn } from './text-edit.ts'

/** A statement that goes, and the comments that belong to it. */
export interface Removal {
  readonly edit: Edit
  readonly comments: readonly string[]
}

/**
 * Removes a statement with the comments right above it. The blank lines before it go, those after
 * it stay.
 */
export function removeStatement(text: string, statement: Node, previousEnd: number): Removal {
  const [start, end] = statement.range
  const between = text.slice(previousEnd, start)
  const own = ownComments(between)
  const from = previousEnd + between.slice(0, between.length - own.length).trimEnd().length
  const top = text.startsWith('\uFEFF') ? 1 : 0
  return {
    edit:
      from <= top
        ? { start: top, end: afterLines(text, end), text: '' }
        : { start: from, end, text: needsSemicolon(text, from, end) ? '\n;' : '' },
    comments: commentsIn(own),
  }
}

function afterLines(text: string, end: number): number {
  return end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0)
}

// A comment belongs to what follows it without a blank line, unless it ends the line of what is before.
function ownComments(between: string): string {
  const afterLine = between.search(/\n/)
  if (afterLine === -1) return between
  const lines = between.slice(afterLine + 1)
  const lastBlank = [...lines.matchAll(/^[ \t]*\r?\n/gm)].at(-1)
  return lastBlank === undefined ? lines : lines.slice(lastBlank.index + lastBlank[0].length)
}

// Without it, the line after would go on where the line before ends.
function needsSemicolon(text: string, from: number, end: number): boolean {
  const after = text.slice(end).replace(/^(\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/, '')
  return /^[([`/+*-]/.test(after) && (text[end - 1] === ';' || !/[;}]$/.test(text.slice(0, from)))
}
