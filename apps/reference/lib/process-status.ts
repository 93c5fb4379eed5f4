import { statusAll, type ClientStatus } from '@oneprisma/client'
import { recentActivity, snapshotAll, type RecentActivity } from '@oneprisma/client/telemetry'
import prisma from './prisma'

// What a page shows of each list.
const SHOWN = 20

/** How this process is doing, for the status page. */
export interface ProcessStatus {
  readonly at: number
  readonly pid: number
  readonly uptimeSeconds: number
  readonly heapBytes: number
  readonly clients: readonly ClientStatus[]
  /** What the shop's client did of late; `undefined` before its first use. */
  readonly activity: RecentActivity | undefined
}

/** @param requestId - Where given, only the statements and failures of this request. */
export function processStatus(requestId?: string): ProcessStatus {
  return {
    at: Date.now(),
    pid: process.pid,
    uptimeSeconds: Math.round(process.uptime()),
    heapBytes: process.memoryUsage().heapUsed,
    clients: statusAll(),
    activity: activityOf(requestId),
  }
}

function activityOf(requestId: string | undefined): RecentActivity | undefined {
  if (snapshotAll().length === 0) return undefined
  const { timeline, slowest, failures, transactions, statements } = recentActivity(
    prisma,
    requestId,
  )
  return {
    timeline,
    slowest: slowest.slice(0, SHOWN),
    failures: failures.slice(0, SHOWN),
    transactions: transactions.slice(0, SHOWN),
    // Of one request, all that are known.
    statements: requestId === undefined ? statements.slice(0, SHOWN) : statements,
  }
}
