import type { Comparison } from '../comparison.ts'

/**
 * Quantiles in wide buckets can stay where they are while latency grows inside of them. Where there
 * is no mean beside them that would show it, that nothing changed is not proven.
 */
export function withoutFalseProof(comparison: Comparison, hasWideBuckets: boolean): Comparison {
  const { verdict, metrics } = comparison
  const isMeanSeen = metrics.some(({ metric }) => metric === 'mean')
  if (verdict !== 'no-regression' || !hasWideBuckets || isMeanSeen) return comparison
  return {
    ...comparison,
    verdict: 'inconclusive',
    metrics: metrics.map((metric) =>
      QUANTILES.has(metric.metric) && metric.verdict === 'same'
        ? { ...metric, verdict: 'unclear' }
        : metric,
    ),
  }
}

const QUANTILES: ReadonlySet<string> = new Set(['p50', 'p95', 'p99'])
