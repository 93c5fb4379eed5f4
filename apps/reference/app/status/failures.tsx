import type { OperationRecord } from '@oneprisma/client/telemetry'
import { Duration, operationName, RequestLink, Time } from './format'
import { Panel } from './panel'

/** Operations that failed: what, why by class and code, and in which request. */
export function Failures({
  title,
  failures,
}: {
  title: string
  failures: readonly OperationRecord[]
}) {
  return (
    <Panel
      title={title}
      head={['Time (UTC)', 'Operation', 'Class', 'Code', 'Took', 'Request']}
      empty="None."
    >
      {failures.map((failure, index) => (
        // Two may be alike to the millisecond.
        <tr key={`${failure.startedAt} ${index}`}>
          <td>
            <Time at={failure.startedAt} />
          </td>
          <td>{operationName(failure)}</td>
          <td>
            <span className="tag warn">{failure.error?.kind}</span>
          </td>
          <td>{failure.error?.code ?? '–'}</td>
          <td className="number">
            <Duration ms={failure.durationMs} />
          </td>
          <td>
            <RequestLink id={failure.context?.requestId} />
          </td>
        </tr>
      ))}
    </Panel>
  )
}
