import type { MetricComparison, MetricVerdict } from '../comparison.ts'
import {
  changeText,
  intervalText,
  metricName,
  noiseText,
  valueText,
} from '../comparing/metric-text.ts'
import { sidesOf, type SelectedArms } from '../comparing/select-arms.ts'
import { html, type Markup } from './html.ts'

// A sign as well as a colour, for whoever does not see it.
const VERDICTS: Readonly<Record<MetricVerdict, string>> = {
  worse: '▲ worse',
  better: '▼ better',
  same: '= same',
  unclear: '? unclear',
}

/** What was compared, metric by metric. */
export function metricTable(metrics: readonly MetricComparison[], arms: SelectedArms): Markup {
  if (metrics.length === 0) return html`<p class="quiet">Nothing could be compared.</p>`
  return html`<div class="wide">
    <table>
      <caption>
        Typical windows of ${arms.before.name} and of ${arms.after.name}
      </caption>
      <thead>
        <tr>
          <th scope="col">metric</th>
          ${sidesOf(arms).map((side) => html`<th scope="col" class="number">${side}</th>`)}
          <th scope="col" class="number">change</th>
          <th scope="col" class="number">95 % interval</th>
          <th scope="col" class="number">noise</th>
          <th scope="col">verdict</th>
        </tr>
      </thead>
      <tbody>
        ${metrics.map(rowOf)}
      </tbody>
    </table>
  </div>`
}

function rowOf(metric: MetricComparison): Markup {
  const isLoad = metric.metric === 'throughput'
  return html`<tr>
    <th scope="row">${metricName(metric.metric)}</th>
    <td class="number">${valueText(metric, metric.before)}</td>
    <td class="number">${valueText(metric, metric.after)}</td>
    <td class="number strong">${changeText(metric)}</td>
    <td class="number">${intervalText(metric)}</td>
    <td class="number">${noiseText(metric)}</td>
    <td class="${isLoad ? '' : metric.verdict}">
      ${isLoad ? 'what was asked for' : VERDICTS[metric.verdict]}
    </td>
  </tr>`
}
