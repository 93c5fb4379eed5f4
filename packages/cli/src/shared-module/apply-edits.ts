import type { Edit } from '@oneprisma/sites'

/** The text from `start` to `end` with the edits that lie in it. */
export function applyEdits(
  text: string,
  edits: readonly Edit[],
  start: number = 0,
  end: number = text.length,
): string {
  let result = ''
  let at = start
  const within = edits.filter((edit) => edit.start >= start && edit.end <= end)
  for (const edit of within.toSorted(
    (one, other) => one.start - other.start || one.end - other.end,
  )) {
    result += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return result + text.slice(at, end)
}
