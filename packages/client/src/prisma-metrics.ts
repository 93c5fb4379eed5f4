import { DURATION_BOUNDS } from './histogram.ts'
import type { HistogramMetric, MetricDefinition, NumberMetric } from './metric-definitions.ts'
import type { HistogramSnapshot, Snapshot } from './snapshot-types.ts'

/**
 * The twelve metrics of `$metrics`, which Prisma removed in version 7, by their names of then.
 * `docs/metrics.md` says where they differ from what they were.
 *
 * @internal
 */
export const PRISMA_METRICS: readonly MetricDefinition[] = [
  number('counter', 'prisma_client_queries_total', 'Operations of the client', ({ operations }) =>
    totalOf(operations.map(({ duration }) => duration.count)),
  ),
  number('counter', 'prisma_datasource_queries_total', 'Statements', ({ statements }) =>
    totalOf(statements.map(({ duration }) => duration.count)),
  ),
  number(
    'counter',
    'prisma_pool_connections_opened_total',
    'Connections that were opened',
    ({ connections }) => connections.opened,
  ),
  number(
    'counter',
    'prisma_pool_connections_closed_total',
    'Connections that were closed',
    ({ connections }) => totalOf(connections.closed.map(({ count }) => count)),
  ),
  number(
    'updowncounter',
    'prisma_client_queries_active',
    'Operations and transactions in progress',
    ({ unitsInFlight }) => unitsInFlight,
  ),
  number(
    'updowncounter',
    'prisma_client_queries_wait',
    'Callers that wait for a connection',
    ({ connections: { pool } }) => pool?.waiting,
  ),
  number(
    'updowncounter',
    'prisma_pool_connections_busy',
    'Connections in use',
    ({ connections: { pool } }) => pool && pool.total - pool.idle,
  ),
  number(
    'updowncounter',
    'prisma_pool_connections_idle',
    'Connections open and not in use',
    ({ connections: { pool } }) => pool?.idle,
  ),
  number(
    'updowncounter',
    'prisma_pool_connections_open',
    'Connections open',
    ({ connections: { pool } }) => pool?.total,
  ),
  milliseconds(
    'prisma_client_queries_wait_histogram_ms',
    'How long callers waited for a connection, in milliseconds',
    ({ connections }) => [connections.wait],
  ),
  milliseconds(
    'prisma_client_queries_duration_histogram_ms',
    'How long operations of the client took, in milliseconds',
    ({ operations }) => operations.map(({ duration }) => duration),
  ),
  milliseconds(
    'prisma_datasource_queries_duration_histogram_ms',
    'How long statements took, in milliseconds',
    ({ statements }) => statements.map(({ duration }) => duration),
  ),
]

function number(
  kind: NumberMetric['kind'],
  name: string,
  help: string,
  valueOf: (snapshot: Snapshot) => number | undefined,
): NumberMetric {
  return {
    kind,
    name,
    help,
    unit: '',
    labels: ['client'],
    read: (snapshot) => {
      const value = valueOf(snapshot)
      return value === undefined ? [] : [{ labels: { client: snapshot.client }, value }]
    },
  }
}

function milliseconds(
  name: string,
  help: string,
  histogramsOf: (snapshot: Snapshot) => readonly HistogramSnapshot[],
): HistogramMetric {
  return {
    kind: 'histogram',
    name,
    help,
    unit: 'ms',
    labels: ['client'],
    read: (snapshot) => [
      { labels: { client: snapshot.client }, value: inMilliseconds(histogramsOf(snapshot)) },
    ],
  }
}

/** Adds up histograms of seconds, all of the same bounds. */
function inMilliseconds(histograms: readonly HistogramSnapshot[]): HistogramSnapshot {
  const buckets = [...DURATION_BOUNDS, Infinity]
  return {
    bounds: DURATION_BOUNDS.map((seconds) => seconds * 1_000),
    counts: buckets.map((_, index) => totalOf(histograms.map(({ counts }) => counts[index] ?? 0))),
    sum: totalOf(histograms.map(({ sum }) => sum)) * 1_000,
    count: totalOf(histograms.map(({ count }) => count)),
  }
}

function totalOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
