import { formatMoment, formatMs, formatNumber } from '../format-figure.ts'
import type { RecordedWindow } from '../recording/recording.ts'
import type { ChartedArms } from './charted-arms.ts'
import { html, type Markup } from './html.ts'

/** All windows as a table: what the charts show, for whoever does not see them. */
export function windowsTable({ arms }: ChartedArms): Markup {
  const rows = arms
    .flatMap(({ name, windows }) => windows.map((window) => ({ name, window })))
    .toSorted((one, other) => one.window.startedAt - other.window.startedAt)
  return html`<details>
    <summary>All ${rows.length} windows, as a table</summary>
    <div class="wide">
      <table>
        <caption>
          Windows in the order of time
        </caption>
        <thead>
          <tr>
            <th scope="col">begin, UTC</th>
            <th scope="col">arm</th>
            ${['connections', 'at most', 'p50', 'p95', 'p99', 'operations', 'failed'].map(
              (name) => html`<th scope="col" class="number">${name}</th>`,
            )}
            <th scope="col">not seen</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(({ name, window }) => rowOf(name, window))}
        </tbody>
      </table>
    </div>
  </details>`
}

function rowOf(name: string, window: RecordedWindow): Markup {
  const { startedAt, connections, latency, operations, errors, gaps = [] } = window
  const cell = (value: number | undefined, format: (value: number) => string): Markup =>
    html`<td class="number">${value === undefined ? '–' : format(value)}</td>`
  return html`<tr>
    <th scope="row">${formatMoment(startedAt)}</th>
    <td>${name}</td>
    ${cell(connections?.mean, formatNumber)} ${cell(connections?.max, formatNumber)}
    ${cell(latency?.p50, formatMs)} ${cell(latency?.p95, formatMs)} ${cell(latency?.p99, formatMs)}
    ${cell(operations, formatNumber)} ${cell(errors, formatNumber)}
    <td>${gaps.map(({ source, code }) => `${source} ${code}`).join(', ')}</td>
  </tr>`
}
