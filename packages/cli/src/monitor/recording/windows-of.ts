import type { AppsArm, AppsWork } from '../app/apps-window.ts'
import { countOf } from '../app/buckets.ts'
import { quantileOf } from '../app/quantile.ts'
import { ONLY_ARM } from '../arms.ts'
import { defined } from '../defined.ts'
import type { ServerWork } from '../server/server-window.ts'
import type { LatencySummary } from '../window.ts'
import type { Measures, RecordedPool, RecordedServer, RecordedWindow } from './recording.ts'

export interface WindowParts {
  readonly startedAt: number
  readonly durationMs: number
  readonly measures: Measures
  readonly server: ServerWork | undefined
  readonly apps: AppsWork
}

/** The windows of one stretch of time: one for each arm that was there. */
export function windowsOf(parts: WindowParts): RecordedWindow[] {
  const { server, apps, measures } = parts
  const names = new Set([...(server?.arms.keys() ?? []), ...apps.arms.keys()])
  // What could not be seen at all is a window without figures, so that it is not forgotten.
  if (names.size === 0 && measures.by === undefined) names.add(ONLY_ARM)
  return [...names].toSorted().map((arm) => windowOf(arm, parts))
}

function windowOf(arm: string, parts: WindowParts): RecordedWindow {
  const { startedAt, durationMs, measures, server, apps } = parts
  const onServer = server?.arms.get(arm)
  const inApps = apps.arms.get(arm)
  const gaps = [...(server?.gaps ?? []), ...apps.gaps]
  return defined<RecordedWindow>({
    type: 'window',
    startedAt,
    durationMs,
    arm: arm === ONLY_ARM ? undefined : arm,
    connections: measures.connections === 'server' ? onServer?.connections : inApps?.connections,
    ...(measures.operations === 'server' ? transactionsOf(server) : operationsOf(inApps)),
    processes: defined<NonNullable<RecordedWindow['processes']>>({
      connections:
        measures.connections === 'server' ? onServer?.processes?.mean : inApps?.work?.processes,
      operations: inApps?.work?.processes,
    }),
    groups: onServer && Object.fromEntries(onServer.groups),
    pool: inApps && poolOf(inApps),
    server: server && serverOf(server),
    gaps: gaps.length === 0 ? undefined : gaps,
  })
}

type Operations = Pick<RecordedWindow, 'operations' | 'errors' | 'latency' | 'buckets'>

/** Where apps tell nothing, transactions stand for operations; of how long they took nothing is known. */
function transactionsOf(server: ServerWork | undefined): Operations {
  if (server?.database === undefined) return {}
  const { commits, rollbacks } = server.database
  return { operations: commits + rollbacks, errors: rollbacks }
}

function operationsOf(arm: AppsArm | undefined): Operations {
  if (arm?.work === undefined) return {}
  const { durations, numbers } = arm.work.counters
  // Where there is no histogram, nothing was measured, which is not nothing.
  if (durations.size === 0 && numbers.failed === 0) return {}
  const count = countOf(durations)
  const p50 = quantileOf(durations, 0.5)
  const p95 = quantileOf(durations, 0.95)
  const p99 = quantileOf(durations, 0.99)
  const counted = { operations: count + numbers.failed, errors: numbers.failed }
  if (p50 === undefined || p95 === undefined || p99 === undefined) return counted
  // A histogram without a sum has no mean.
  const mean = numbers.durationSum > 0 ? numbers.durationSum / count : undefined
  return {
    ...counted,
    latency: defined<LatencySummary>({
      p50: p50.value,
      p95: p95.value,
      p99: p99.value,
      mean,
      count,
    }),
    buckets: { p50: p50.bucket, p95: p95.bucket, p99: p99.bucket },
  }
}

function poolOf({ work, waiting, max }: AppsArm): RecordedPool {
  const numbers = work?.counters.numbers
  return defined<RecordedPool>({
    waiting,
    max,
    timeouts: numbers?.timeouts,
    waitMeanMs: numbers && numbers.waits > 0 ? numbers.waitSum / numbers.waits : undefined,
    opened: numbers?.opened,
  })
}

function serverOf({
  samples,
  active,
  inTransaction,
  database,
  statements,
}: ServerWork): RecordedServer {
  return defined<RecordedServer>({ samples, active, inTransaction, database, statements })
}
