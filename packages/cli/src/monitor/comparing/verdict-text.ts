import { plural } from '../../report/plural.ts'
import type { Comparison, ComparisonVerdict, MetricComparison } from '../comparison.ts'
import { changeText, metricName } from './metric-text.ts'

/** The verdict in one sentence, with what it rests on. */
export function verdictSentence({ verdict, metrics, refusals, windows }: Comparison): string {
  const worse = metrics.filter((metric) => metric.verdict === 'worse')
  const unclear = metrics.filter((metric) => metric.verdict === 'unclear' && !isLoad(metric))
  switch (verdict) {
    case 'regression':
      return `Regression: ${listed(worse)}.`
    case 'no-regression':
      return `No regression: nothing got worse by as much as counts, in ${windows.before} and ${plural(windows.after, 'window')}.`
    case 'inconclusive':
      return unclear.length > 0
        ? `Inconclusive: a regression is neither shown nor ruled out (${unclear.map(({ metric }) => metricName(metric)).join('; ')}).`
        : 'Inconclusive: a regression is neither shown nor ruled out.'
    case 'refused':
      return `No verdict: these windows cannot carry one (${refusals.map(({ code }) => code).join(', ')}).`
  }
}

/** 0 where there is no regression, 1 where there is one, 2 where that cannot be told. */
export function exitCodeOf(verdict: ComparisonVerdict, allowInconclusive: boolean): number {
  if (verdict === 'regression') return 1
  return verdict === 'no-regression' || allowInconclusive ? 0 : 2
}

function listed(metrics: readonly MetricComparison[]): string {
  return metrics.map((metric) => `${metricName(metric.metric)} ${changeText(metric)}`).join('; ')
}

/** Load is what was asked for; it gets no better or worse. */
function isLoad({ metric }: MetricComparison): boolean {
  return metric === 'throughput'
}
