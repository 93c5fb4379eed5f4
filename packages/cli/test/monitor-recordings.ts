import type {
  Measures,
  RecordedLine,
  RecordedWindow,
  RecordingHeader,
} from '../src/monitor/recording/recording.ts'

/** Windows that are made up: what is not said is the same in all of them, but for a little noise. */
export interface MadeUp {
  readonly windows: number
  readonly startedAt?: number
  readonly windowMs?: number
  readonly arm?: string
  readonly connections?: number
  readonly p50?: number
  readonly operations?: number
  readonly errors?: number
  readonly processes?: number
  readonly group?: string
  readonly more?: Partial<RecordedWindow>
}

export const STARTED_AT = Date.UTC(2026, 10, 23, 10)
const MEASURES: Measures = {
  connections: 'server',
  operations: 'apps',
  histogram: 'oneprisma_operation_duration_seconds',
}

/** Windows as `monitor record` writes them. */
export function madeUpWindows(options: MadeUp): RecordedWindow[] {
  const { windows, startedAt = STARTED_AT, windowMs = 10_000, arm, connections = 20 } = options
  const { p50 = 12, operations = 2_000, errors = 0, processes = 4, group = 'shop@v1' } = options
  return Array.from({ length: windows }, (_, index) => {
    // Neither random nor regular, so that quantiles differ from window to window.
    const noise = 1 + 0.03 * Math.sin(index * 2.4) + 0.02 * Math.sin(index * 7.1)
    const max = connections + (index % 7 === 3 ? 1 : 0)
    return {
      type: 'window',
      startedAt: startedAt + index * windowMs,
      durationMs: windowMs,
      ...(arm !== undefined && { arm }),
      connections: { mean: connections, max },
      operations: operations + errors,
      errors,
      latency: {
        p50: p50 * noise,
        p95: p50 * 3.8 * noise,
        p99: p50 * 7.5 * noise,
        mean: p50 * 1.4 * noise,
        count: operations,
      },
      buckets: { p50: [10, 50], p95: [10, 50], p99: [50, 100] },
      processes: { connections: processes, operations: processes },
      groups: { [group]: { mean: connections, max } },
      pool: {
        waiting: { mean: 0, max: 0 },
        timeouts: 0,
        waitMeanMs: 0.05,
        opened: 0,
        max: processes * 10,
      },
      server: {
        samples: 10,
        active: { mean: 1.5, max: 4 },
        inTransaction: { mean: 0.2, max: 1 },
        database: { commits: 2_400, rollbacks: 0, deadlocks: 0, sessions: 0, brokenSessions: 0 },
        statements: { calls: 2_400, meanMs: 0.31 },
      },
      ...options.more,
    }
  })
}

/** What begins a recording. */
export function madeUpHeader(more: Partial<RecordingHeader> = {}): RecordingHeader {
  return {
    type: 'header',
    format: 'oneprisma-monitor',
    version: 1,
    startedAt: STARTED_AT,
    windowMs: 10_000,
    intervalMs: 1_000,
    measures: MEASURES,
    server: {
      version: '18.4',
      database: 'shop',
      maxConnections: 100,
      reserved: 3,
      seesAll: true,
      isPooled: false,
      hasStatements: true,
    },
    blind: [],
    ...more,
  }
}

/** The text of a recording. */
export function recordingOf(...lines: readonly RecordedLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}
