import { html, type Markup } from './html.ts'
import type { SideResult } from './side.ts'

/** Which requests failed on which side, the most frequent first; nothing where none did. */
export function failureTable(
  sides: ReadonlyArray<readonly [name: string, side: SideResult]>,
): Markup {
  const rows = sides.flatMap(([name, side]) => countFailures(name, side))
  if (rows.length === 0) return html``
  return html`<h2>Requests that failed</h2>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th>side</th>
            <th>request</th>
            <th>why</th>
            <th class="number">how often</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`
}

function countFailures(side: string, { sent }: SideResult): readonly Markup[] {
  const counts = new Map<string, number>()
  for (const { path, failure } of sent) {
    if (failure === undefined) continue
    const key = `${path}\n${failure}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([key, count]) => {
      const [path = '', failure = ''] = key.split('\n')
      return html`<tr>
        <td>${side}</td>
        <td><code>${path}</code></td>
        <td>${failure}</td>
        <td class="number">${count}</td>
      </tr>`
    })
}
