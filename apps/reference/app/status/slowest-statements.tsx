import type { ShapeStatistics } from '@oneprisma/client/telemetry'
import { Duration } from './format'
import { Panel } from './panel'

/** Statements by shape, those first that took the most time in sum. */
export function SlowestStatements({ shapes }: { shapes: readonly ShapeStatistics[] }) {
  return (
    <Panel
      title="Slowest statements"
      head={['Statement', 'Calls', 'In sum', 'Mean', 'Longest', 'Rows', 'Failed']}
      empty="No statement yet."
    >
      {shapes.map(({ text, calls, totalMs, maxMs, rows, failed }) => (
        <tr key={text}>
          <td>
            <code>{text}</code>
          </td>
          <td className="number">{calls}</td>
          <td className="number">
            <Duration ms={totalMs} />
          </td>
          <td className="number">
            <Duration ms={totalMs / calls} />
          </td>
          <td className="number">
            <Duration ms={maxMs} />
          </td>
          <td className="number">{rows}</td>
          <td className="number">{failed}</td>
        </tr>
      ))}
    </Panel>
  )
}
