import type { StatementRecord } from '@oneprisma/client/telemetry'
import { Duration, operationName, RequestLink, Time } from './format'
import { Panel } from './panel'

/** Statements, the newest first, with the wait for a connection apart. */
export function Statements({
  title,
  statements,
}: {
  title: string
  statements: readonly StatementRecord[]
}) {
  return (
    <Panel
      title={title}
      head={['Time (UTC)', 'Operation', 'Statement', 'Waited', 'Ran', 'Rows', 'Request']}
      empty="None is kept any more, or none was sent."
    >
      {statements.map((statement, index) => (
        <tr key={`${statement.startedAt} ${index}`}>
          <td>
            <Time at={statement.startedAt} />
          </td>
          <td>{operationName(statement.operation)}</td>
          <td>
            <code>{statement.text}</code>
            {statement.error && <span className="tag warn">{statement.error.kind}</span>}
            {statement.inTransaction && <span className="tag">in transaction</span>}
          </td>
          <td className="number">
            <Duration ms={statement.waitMs} />
          </td>
          <td className="number">
            <Duration ms={statement.durationMs - (statement.waitMs ?? 0)} />
          </td>
          <td className="number">{statement.rows ?? '–'}</td>
          <td>
            {statement.isMerged ? (
              <span className="muted">several</span>
            ) : (
              <RequestLink id={statement.context?.requestId} />
            )}
          </td>
        </tr>
      ))}
    </Panel>
  )
}
