import { plural } from '../../report/plural.ts'
import type {
  Comparison,
  ComparisonVerdict,
  MetricComparison,
  MetricVerdict,
} from '../comparison.ts'
import { changeText, inReadingOrder, metricName } from './metric-text.ts'

const VERDICTS: Readonly<Record<ComparisonVerdict, string>> = {
  regression: 'Regression',
  'no-regression': 'No regression',
  inconclusive: 'Inconclusive',
  refused: 'No verdict',
}

export function verdictName(verdict: ComparisonVerdict): string {
  return VERDICTS[verdict]
}

/** What a verdict rests on, in words. */
export function verdictReason({ verdict, metrics, refusals, windows }: Comparison): string {
  const having = (wanted: MetricVerdict): readonly MetricComparison[] =>
    inReadingOrder(metrics).filter((metric) => metric.verdict === wanted && !isLoad(metric))
  switch (verdict) {
    case 'regression':
      return having('worse')
        .map((metric) => `${metricName(metric.metric)} ${changeText(metric)}`)
        .join(', ')
    case 'no-regression':
      return `nothing got worse by as much as counts, in ${windows.before} and ${plural(windows.after, 'window')}`
    case 'inconclusive': {
      const open = having('unclear').map(({ metric }) => metricName(metric))
      const which = open.length > 0 ? ` of ${open.join(', ')}` : ''
      return `a regression${which} is neither shown nor ruled out`
    }
    case 'refused':
      return `these windows cannot carry one (${refusals.map(({ code }) => code).join(', ')})`
  }
}

/** 0 where there is no regression, 1 where there is one, 2 where that cannot be told. */
export function exitCodeOf(verdict: ComparisonVerdict, allowInconclusive: boolean): number {
  if (verdict === 'regression') return 1
  return verdict === 'no-regression' || allowInconclusive ? 0 : 2
}

/** Load is what was asked for; it gets no better or worse. */
function isLoad({ metric }: MetricComparison): boolean {
  return metric === 'throughput'
}
