import type { ComparedRecordings } from './compare-recordings.ts'
import type { SelectedArm } from './select-arms.ts'

/** A comparison for programs. What is infinite is `null`. */
export function comparisonJson(
  { comparison, arms, recordings, threshold, notes }: ComparedRecordings,
  exitCode: number,
): object {
  const { verdict, design, causal, noiseFrom, windows, metrics, refusals } = comparison
  return {
    version: 1,
    verdict,
    exitCode,
    design,
    causal,
    before: armOf(arms.before),
    after: armOf(arms.after),
    pairs: windows.pairs,
    threshold,
    noiseFrom,
    metrics,
    refusals,
    notes,
    marks: recordings
      .flatMap(({ marks }) => marks)
      .toSorted((one, other) => one.at - other.at)
      .map(({ at, text }) => ({ at, text })),
  }
}

function armOf({ name, windows }: SelectedArm): object {
  const starts = windows.map(({ startedAt }) => startedAt)
  const ends = windows.map(({ startedAt, durationMs }) => startedAt + durationMs)
  return {
    name,
    windows: windows.length,
    ...(windows.length > 0 && { from: Math.min(...starts), to: Math.max(...ends) }),
  }
}
