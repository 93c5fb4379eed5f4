/** Counts by a name, the most frequent first. */
export function countBy<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): ReadonlyArray<readonly [name: string, count: number]> {
  const counts = new Map<string, number>()
  for (const item of items) {
    const name = nameOf(item)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].toSorted(
    ([one, ofOne], [other, ofOther]) => ofOther - ofOne || one.localeCompare(other),
  )
}
