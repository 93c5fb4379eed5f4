import { statusAll, type ClientStatus } from '@oneprisma/client'

/** How this process is doing, for the status page. */
export interface ProcessStatus {
  readonly at: number
  readonly pid: number
  readonly uptimeSeconds: number
  readonly heapBytes: number
  readonly clients: readonly ClientStatus[]
}

export function processStatus(): ProcessStatus {
  return {
    at: Date.now(),
    pid: process.pid,
    uptimeSeconds: Math.round(process.uptime()),
    heapBytes: process.memoryUsage().heapUsed,
    clients: statusAll(),
  }
}
