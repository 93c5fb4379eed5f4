import type { RecentActivity } from '@oneprisma/client/telemetry'
import { Failures } from './failures'
import { OpenTransactions } from './open-transactions'
import { SlowestStatements } from './slowest-statements'
import { Statements } from './statements'
import { Timelines } from './timelines'

/** What happened of late: on the whole, or in one request. */
export function Activity({
  activity,
  at,
  requestId,
}: {
  activity: RecentActivity
  at: number
  requestId: string | undefined
}) {
  const { timeline, slowest, failures, transactions, statements } = activity
  if (requestId !== undefined) {
    return (
      <>
        <Statements title={`Queries of request ${requestId}`} statements={statements} />
        <Failures title="Its failures" failures={failures} />
      </>
    )
  }
  return (
    <>
      <Timelines seconds={timeline} at={at} />
      <OpenTransactions transactions={transactions} />
      <SlowestStatements shapes={slowest} />
      <Failures title="Last failures" failures={failures} />
      <Statements title="Last queries" statements={statements} />
    </>
  )
}
