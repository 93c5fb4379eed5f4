import type { Edit } from '@oneprisma/sites'
import type { FileChange } from '../migrate/migration.ts'

/** The edits that turn a file into what it is to be, in order; of one made otherwise, all in one. */
export function editsOf({ before = '', after, edits }: FileChange): readonly Edit[] {
  if (edits.length === 0 && before !== after) return [editBetween(before, after)]
  // Edits carry what the planning needs as well, which is none of a reader's business.
  return edits
    .map(({ start, end, text }) => ({ start, end, text }))
    .toSorted((one, other) => one.start - other.start || one.end - other.end)
}

function editBetween(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  let same = 0
  while (same < shorter - start && before.at(-1 - same) === after.at(-1 - same)) same++
  return { start, end: before.length - same, text: after.slice(start, after.length - same) }
}
