import { formatNumber } from '../format-figure.ts'
import type { RecordedWindow } from '../recording/recording.ts'
import { sidesOf, type SelectedArms } from '../comparing/select-arms.ts'
import { html, type Markup } from './html.ts'

/** Who held the connections, by app and release, where anybody could see it. */
export function groupTable(arms: SelectedArms): Markup {
  const sides = [arms.before, arms.after].map(({ windows }) => meansOf(windows))
  const names = [...new Set(sides.flatMap((side) => [...side.keys()]))]
  if (names.length === 0) return html``
  const sizeOf = (name: string): number => Math.max(...sides.map((side) => side.get(name) ?? 0))
  const inOrder = names.toSorted(
    (one, other) => sizeOf(other) - sizeOf(one) || (one < other ? -1 : 1),
  )
  return html`<div class="wide">
    <table>
      <caption>
        Connections by app and release, as a mean of the windows
      </caption>
      <thead>
        <tr>
          <th scope="col">application_name, without the process</th>
          ${sidesOf(arms).map((side) => html`<th scope="col" class="number">${side}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${inOrder.map(
          (name) =>
            html`<tr>
              <th scope="row"><code>${name}</code></th>
              ${sides.map((side) => html`<td class="number">${formatNumber(side.get(name) ?? 0)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function meansOf(windows: readonly RecordedWindow[]): Map<string, number> {
  const seen = windows.flatMap(({ groups }) => (groups === undefined ? [] : [groups]))
  const sums = new Map<string, number>()
  for (const groups of seen) {
    for (const [name, { mean }] of Object.entries(groups)) {
      sums.set(name, (sums.get(name) ?? 0) + mean)
    }
  }
  return new Map([...sums].map(([name, sum]) => [name, sum / seen.length]))
}
