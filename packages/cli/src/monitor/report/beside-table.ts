import { formatMs, formatNumber } from '../format-figure.ts'
import type { RecordedWindow } from '../recording/recording.ts'
import { median } from '../statistics/centre.ts'
import { sidesOf, type SelectedArms } from '../comparing/select-arms.ts'
import { html, type Markup } from './html.ts'

interface Figure {
  readonly name: string
  readonly valueOf: (window: RecordedWindow) => number | undefined
  readonly format: (value: number) => string
  /** `sum` over all windows, for what happens rarely; otherwise the middle one. */
  readonly isSum?: boolean
}

const perSecond =
  (count: (window: RecordedWindow) => number | undefined) =>
  (window: RecordedWindow): number | undefined => {
    const value = count(window)
    return value === undefined ? undefined : (value * 1_000) / window.durationMs
  }

const FIGURES: readonly Figure[] = [
  {
    name: 'processes with a connection',
    valueOf: ({ processes }) => processes?.connections,
    format: formatNumber,
  },
  {
    name: 'processes with metrics',
    valueOf: ({ processes }) => processes?.operations,
    format: formatNumber,
  },
  {
    name: 'most connections that the pools may open',
    valueOf: ({ pool }) => pool?.max,
    format: formatNumber,
  },
  { name: 'mean wait for a connection', valueOf: ({ pool }) => pool?.waitMeanMs, format: formatMs },
  {
    name: 'callers that waited in vain',
    valueOf: ({ pool }) => pool?.timeouts,
    format: formatNumber,
    isSum: true,
  },
  {
    name: 'connections opened',
    valueOf: ({ pool }) => pool?.opened,
    format: formatNumber,
    isSum: true,
  },
  {
    name: 'active connections of the server',
    valueOf: ({ server }) => server?.active?.mean,
    format: formatNumber,
  },
  {
    name: 'connections idle in a transaction',
    valueOf: ({ server }) => server?.inTransaction?.mean,
    format: formatNumber,
  },
  {
    name: 'commits a second',
    valueOf: perSecond(({ server }) => server?.database?.commits),
    format: formatNumber,
  },
  {
    name: 'rollbacks a second',
    valueOf: perSecond(({ server }) => server?.database?.rollbacks),
    format: formatNumber,
  },
  {
    name: 'deadlocks',
    valueOf: ({ server }) => server?.database?.deadlocks,
    format: formatNumber,
    isSum: true,
  },
  {
    name: 'sessions begun',
    valueOf: ({ server }) => server?.database?.sessions,
    format: formatNumber,
    isSum: true,
  },
  {
    name: 'sessions that broke',
    valueOf: ({ server }) => server?.database?.brokenSessions,
    format: formatNumber,
    isSum: true,
  },
  {
    name: 'mean time of a statement at the server',
    valueOf: ({ server }) => server?.statements?.meanMs,
    format: formatMs,
  },
]

/** Figures without a verdict, for whoever looks for a reason. */
export function besideTable(arms: SelectedArms): Markup {
  const seen = FIGURES.flatMap((figure) => {
    const values = [arms.before, arms.after].map(({ windows }) => valueOf(figure, windows))
    return values.every((value) => value === undefined) ? [] : [{ figure, values }]
  })
  if (seen.length === 0) return html``
  // What did not happen is told in one sentence.
  const rows = seen.filter(({ values }) => values.some((value) => value !== 0))
  const none = seen.filter((row) => !rows.includes(row)).map(({ figure }) => figure.name)
  return html`<section>
    <h2>Beside it</h2>
    <p class="quiet">
      Not compared, and without a verdict: where to look for a reason. Medians of the windows, or
      sums where it says so; what concerns the server is of all its clients in this database.
      ${none.length > 0 && `None in either: ${none.join(', ')}.`}
    </p>
    <div class="wide">
      <table>
        <caption>
          Figures of ${arms.before.name} and of ${arms.after.name} that are not compared
        </caption>
        <thead>
          <tr>
            <th scope="col">figure</th>
            ${sidesOf(arms).map((side) => html`<th scope="col" class="number">${side}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(rowOf)}
        </tbody>
      </table>
    </div>
  </section>`
}

interface Row {
  readonly figure: Figure
  readonly values: ReadonlyArray<number | undefined>
}

function rowOf({ figure, values }: Row): Markup {
  return html`<tr>
    <th scope="row">${figure.name}${figure.isSum === true && ' (sum)'}</th>
    ${values.map(
      (value) =>
        html`<td class="number">${value === undefined ? 'not seen' : figure.format(value)}</td>`,
    )}
  </tr>`
}

function valueOf(
  { valueOf: read, isSum }: Figure,
  windows: readonly RecordedWindow[],
): number | undefined {
  const values = windows.flatMap((window) => read(window) ?? [])
  if (values.length === 0) return undefined
  return isSum === true ? values.reduce((sum, value) => sum + value, 0) : median(values)
}
