import { inOrder } from '../text/apply-edits.ts'
import { columnOf, lineOf } from '../text/lines.ts'
import type { FileChange } from '../migrate/migration.ts'
import type { Note } from '../report/finding.ts'

/** Notes with the places that they have once files are changed. */
export function movedNotes(notes: readonly Note[], files: readonly FileChange[]): readonly Note[] {
  const changes = new Map(files.map((change) => [change.path, change]))
  return notes.map((note) => {
    const change = changes.get(note.path)
    return change?.before === undefined ? note : moved(note, change.before, change)
  })
}

function moved(note: Note, before: string, { after, edits }: FileChange): Note {
  const place = offsetOf(before, note)
  let offset = place
  for (const { start, end, text } of inOrder(edits)) {
    if (end <= place) offset += text.length - (end - start)
    // What was there is gone: what has taken its place begins where it began.
    else if (start < place) offset -= place - start
  }
  return { ...note, line: lineOf(after, offset), column: columnOf(after, offset) }
}

function offsetOf(text: string, { line, column }: Note): number {
  let start = 0
  for (let at = 1; at < line; at++) start = text.indexOf('\n', start) + 1
  return start + column - 1
}
