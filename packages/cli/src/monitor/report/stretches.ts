/** A time that is drawn in one piece, in milliseconds of the epoch. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

interface Span {
  readonly startedAt: number
  readonly durationMs: number
}

// A pause of so many windows is not drawn; what lies apart is drawn side by side.
const LONGEST_PAUSE = 10
const MOST_STRETCHES = 4

/** The times in which there are windows, parted at the longest pauses. */
export function stretchesOf(windows: readonly Span[]): Stretch[] {
  const inOrder = windows.toSorted((one, other) => one.startedAt - other.startedAt)
  const stretches: Stretch[] = []
  for (const { startedAt, durationMs } of inOrder) {
    const last = stretches.at(-1)
    const to = startedAt + durationMs
    if (last === undefined || startedAt - last.to > LONGEST_PAUSE * durationMs) {
      stretches.push({ from: startedAt, to })
    } else {
      stretches[stretches.length - 1] = { from: last.from, to: Math.max(last.to, to) }
    }
  }
  return joinShortestPauses(stretches)
}

function joinShortestPauses(stretches: readonly Stretch[]): Stretch[] {
  if (stretches.length <= MOST_STRETCHES) return [...stretches]
  const pauses = stretches.slice(1).map(({ from }, at) => from - (stretches[at]?.to ?? from))
  const shortest = pauses.indexOf(Math.min(...pauses))
  const [one, other] = [stretches[shortest], stretches[shortest + 1]]
  if (one === undefined || other === undefined) return [...stretches]
  return joinShortestPauses(stretches.toSpliced(shortest, 2, { from: one.from, to: other.to }))
}
