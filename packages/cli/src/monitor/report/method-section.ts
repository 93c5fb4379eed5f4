import { formatDuration } from '../duration.ts'
import { formatMoment } from '../format-figure.ts'
import type { ComparedRecordings } from '../comparing/compare-recordings.ts'
import type { RecordingHeader } from '../recording/recording.ts'
import { html, type Markup } from './html.ts'

/** What the figures are of, and how it was found out. */
export function methodSection(compared: ComparedRecordings): Markup {
  const { comparison, recordings, threshold } = compared
  const { windows, design } = comparison
  return html`<section>
    <h2>How it was measured</h2>
    <ul>
      ${recordings.map(({ path, headers: [header] }) => html`<li>${path}: ${sourcesOf(header)}</li>`)}
      <li>
        A window is the unit of comparison: ${windows.before} before and ${windows.after}
        after${design === 'interleaved' && `, ${windows.pairs} pairs of neighbours`}. A change of
        latency counts from ${Number((threshold * 100).toPrecision(4))} % on.
      </li>
      <li>
        A change is called one where its interval leaves out no change, its p-value, corrected for
        the number of metrics, is below 0.05, and it is larger than what counts and than noise.
      </li>
      <li>All times are UTC. No text of a statement was read.</li>
    </ul>
    ${marksOf(compared)}
  </section>`
}

function sourcesOf({ measures, server, windowMs, intervalMs }: RecordingHeader): string {
  const { connections, operations, app, histogram, by } = measures
  return [
    `windows of ${formatDuration(windowMs)}, sampled every ${formatDuration(intervalMs)}`,
    server &&
      `PostgreSQL ${server.version}, database ${server.database}, ${server.maxConnections} connections of which ${server.reserved} are reserved`,
    connections === 'server' &&
      `connections counted at the server${app === undefined ? '' : `, of ${app}`}`,
    connections === 'apps' && 'connections as the pools of the apps tell',
    operations === 'apps' && `latencies from ${histogram ?? 'a histogram'}`,
    operations === 'server' && 'transactions of the server in place of operations',
    by !== undefined && `arms by ${by}`,
  ]
    .filter((part) => typeof part === 'string')
    .join('; ')
}

function marksOf({ recordings }: ComparedRecordings): Markup {
  const marks = recordings
    .flatMap((recording) => recording.marks)
    .toSorted((one, other) => one.at - other.at)
  if (marks.length === 0) return html``
  return html`<h3>Marks</h3>
    <ul>
      ${marks.map(({ at, text, isFound }) => html`<li><time>${formatMoment(at)}</time> ${text}${isFound === true && ' (seen by the monitor)'}</li>`)}
    </ul>`
}
