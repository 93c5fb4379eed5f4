import type { Comparison } from '../comparison.ts'
import { formatMs } from '../format-figure.ts'
import type { RecordedWindow } from '../recording/recording.ts'
import type { Note } from './notes.ts'
import type { SelectedArms } from './select-arms.ts'

const QUANTILES = ['p50', 'p95', 'p99'] as const

/**
 * What buckets hide. A quantile that lies in one bucket in both arms may have moved inside of it
 * without being seen; where the bucket is wide, that is more than what counts as a change.
 */
export function bucketNotes(
  { metrics }: Comparison,
  { before, after }: SelectedArms,
  threshold: number,
): Note[] {
  const wide = QUANTILES.flatMap((quantile) => {
    if (!metrics.some(({ metric }) => metric === quantile)) return []
    const bucket = usualBucket([...before.windows, ...after.windows], quantile)
    if (bucket === undefined) return []
    const [from, to] = bucket
    if (to === null) return [`${quantile} is above ${formatMs(from)}`]
    return to > from * (1 + threshold)
      ? [`${quantile} lies between ${formatMs(from)} and ${formatMs(to)}`]
      : []
  })
  if (wide.length === 0) return []
  return [
    {
      code: 'WIDE_BUCKETS',
      message: `The buckets of the histogram are wide. For sure it is only known that, as a rule, ${wide.join(', ')}; what is shown is interpolated, and a move inside of a bucket is seen in part or not at all. The mean has no buckets: it is compared as well. --histogram names another histogram to the recorder, with finer buckets.`,
    },
  ]
}

/** The bucket of the window in the middle. */
function usualBucket(
  windows: readonly RecordedWindow[],
  quantile: (typeof QUANTILES)[number],
): readonly [number, number | null] | undefined {
  const buckets = windows.flatMap(({ buckets: own }) => (own === undefined ? [] : [own[quantile]]))
  const inOrder = buckets.toSorted(([one], [other]) => one - other)
  return inOrder[Math.floor(inOrder.length / 2)]
}
