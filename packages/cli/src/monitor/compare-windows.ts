import type { CompareOptions, Comparison, ComparisonVerdict, Refusal } from './comparison.ts'
import { compareMetrics, type ComparedMetrics } from './compare/compare-metrics.ts'
import { noiseRecordingOf } from './compare/noise-floor.ts'
import { inOrder, pairWindows } from './compare/pair-windows.ts'
import { refuseRecording } from './compare/refuse-recording.ts'
import type { Window } from './window.ts'

/**
 * Compares two arms of a recording, window by window: what changed, by how much at least and at
 * most, and whether these windows can tell. The same windows and options give the same result.
 */
export function compareWindows(
  before: readonly Window[],
  after: readonly Window[],
  options: CompareOptions,
): Comparison {
  const { design } = options
  const [ones, others] = [inOrder(before), inOrder(after)]
  const pairs = design === 'interleaved' ? pairWindows(ones, others) : []
  const arms = { design, before: ones, after: others, pairs }
  const noise = noiseRecordingOf(ones, inOrder(options.noise ?? []))
  const facts = {
    design,
    causal: design === 'interleaved',
    noiseFrom: noise.from,
    windows: { before: ones.length, after: others.length, pairs: pairs.length },
  }
  const refusals = refuseRecording(arms)
  if (refusals.length > 0) return { ...facts, metrics: [], refusals, verdict: 'refused' }

  const compared = compareMetrics(arms, noise, options)
  return {
    ...facts,
    metrics: compared.metrics,
    refusals: compared.refusals,
    verdict: verdictOf(compared),
  }
}

function verdictOf({ metrics, refusals, judged }: ComparedMetrics): ComparisonVerdict {
  const verdicts = metrics.filter(({ metric }) => judged.has(metric)).map(({ verdict }) => verdict)
  if (verdicts.length === 0) return 'refused'
  if (verdicts.includes('worse')) return 'regression'
  if (refusals.some(({ code }) => code === 'LOAD_DIFFERS')) return 'refused'
  if (verdicts.includes('unclear')) return 'inconclusive'
  const isLatencyJudged = (['p50', 'p95', 'p99', 'mean'] as const).some((name) => judged.has(name))
  return refusals.some((refusal) => isOpen(refusal, isLatencyJudged))
    ? 'inconclusive'
    : 'no-regression'
}

/** Whether a refusal leaves a question: that of a high quantile does not, where a lower one is judged. */
function isOpen({ code }: Refusal, isLatencyJudged: boolean): boolean {
  return code !== 'TOO_FEW_OPERATIONS' || !isLatencyJudged
}
