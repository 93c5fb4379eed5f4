import type { TransactionRecord } from '@oneprisma/client/telemetry'
import { Duration, operationName, RequestLink } from './format'
import { Panel } from './panel'

/** Transactions that are open, the oldest first, and where they were opened. */
export function OpenTransactions({ transactions }: { transactions: readonly TransactionRecord[] }) {
  return (
    <Panel
      title="Open transactions"
      head={['Open for', 'Operation', 'Opened at', 'Request']}
      empty="None is open."
    >
      {transactions.map((transaction, index) => (
        <tr key={`${transaction.startedAt} ${index}`}>
          <td className="number">
            <Duration ms={transaction.ageMs} />
          </td>
          <td>{operationName(transaction.operation)}</td>
          <td>
            <code>{transaction.stack?.split('\n')[0] ?? '–'}</code>
          </td>
          <td>
            <RequestLink id={transaction.context?.requestId} />
          </td>
        </tr>
      ))}
    </Panel>
  )
}
