import type { Edit } from '@oneprisma/sites'

/** The text from `start` to `end` with the edits that lie in it, which may not overlap. */
export function applyEdits(
  text: string,
  edits: readonly Edit[],
  start: number = 0,
  end: number = text.length,
): string {
  let result = ''
  let at = start
  for (const edit of inOrder(edits.filter((one) => one.start >= start && one.end <= end))) {
    if (edit.start < at) throw new RangeError(`Two edits overlap at offset ${edit.start}.`)
    result += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return result + text.slice(at, end)
}

/** Edits by their place; of two at one place, the one that only inserts comes first. */
export function inOrder(edits: readonly Edit[]): Edit[] {
  return edits.toSorted((one, other) => one.start - other.start || one.end - other.end)
}

/** Whether some of a list of edits, which are in order, touch the same text. */
export function isOverlapping(edits: readonly Edit[]): boolean {
  let end = 0
  return edits.some((edit) => {
    const isInside = edit.start < end
    end = edit.end
    return isInside
  })
}
