import { metrics, type Meter, type MeterProvider, type Observable } from '@opentelemetry/api'
import { processListeners } from './event-listeners.ts'
import { DURATION_BOUNDS, ROW_BOUNDS } from './histogram.ts'
import { hubs } from './hub-of.ts'
import { METRIC_DEFINITIONS, type NumberMetric } from './metric-definitions.ts'
import { snapshotAll } from './snapshot.ts'
import type { TelemetryEventName, TelemetryEvents } from './telemetry-records.ts'

/** Options of `collectPrismaMetrics`. */
export interface CollectPrismaMetricsOptions {
  /**
   * Where the metrics go.
   *
   * @default the provider that is registered with `@opentelemetry/api`
   */
  readonly meterProvider?: MeterProvider
}

/** A value for a histogram, and its labels. */
type Recording = readonly [
  value: number | undefined,
  labels?: Readonly<Record<string, string | undefined>>,
]

// The digit is the version of the shape: another copy of this package may read it.
const COLLECTIONS: unique symbol = Symbol.for('@oneprisma/client/opentelemetry-metrics/1')

type GlobalWithCollections = typeof globalThis & {
  [COLLECTIONS]?: WeakMap<MeterProvider, () => void>
}

const POOL = 'db.client.connection.pool.name'

/**
 * Hands the metrics of every shared client of this process that has telemetry, now and later, to
 * OpenTelemetry, by the names and with the buckets of its semantic conventions. Call it after the SDK
 * has been set up. Called again for a provider, by another bundle or after a hot reload, it takes the
 * place of the call before.
 *
 * @returns what ends it
 *
 * @example
 * collectPrismaMetrics()
 */
export function collectPrismaMetrics({
  meterProvider = metrics.getMeterProvider(),
}: CollectPrismaMetricsOptions = {}): () => void {
  const host: GlobalWithCollections = globalThis
  const collections = (host[COLLECTIONS] ??= new WeakMap())
  collections.get(meterProvider)?.()

  const meter = meterProvider.getMeter('@oneprisma/client')
  const stops = [observeNumbers(meter), ...recordHistograms(meter)]
  const stop = (): void => {
    for (const it of stops.splice(0)) it()
  }
  collections.set(meterProvider, stop)
  return stop
}

/** What is a number is read whenever metrics are collected. */
function observeNumbers(meter: Meter): () => void {
  const instruments = new Map<NumberMetric, Observable>()
  for (const metric of METRIC_DEFINITIONS) {
    if (metric.kind !== 'histogram') instruments.set(metric, instrumentOf(meter, metric))
  }
  const observables = [...instruments.values()]
  const read: Parameters<Meter['addBatchObservableCallback']>[0] = (result) => {
    const snapshots = snapshotAll()
    for (const [metric, instrument] of instruments) {
      for (const snapshot of snapshots) {
        for (const { value, labels } of metric.read(snapshot)) {
          result.observe(instrument, value, { ...labels })
        }
      }
    }
  }
  meter.addBatchObservableCallback(read, observables)
  return () => meter.removeBatchObservableCallback(read, observables)
}

function instrumentOf(meter: Meter, { kind, name, help, unit }: NumberMetric): Observable {
  const options = { description: help, unit }
  if (kind === 'counter') return meter.createObservableCounter(name, options)
  if (kind === 'updowncounter') return meter.createObservableUpDownCounter(name, options)
  return meter.createObservableGauge(name, options)
}

/** What is a histogram is recorded when it happens, for OpenTelemetry takes no histogram from others. */
function recordHistograms(meter: Meter): Array<() => void> {
  return [
    record(meter, 'db.client.operation.duration', 'query.ended', (statement) => [
      statement.durationMs / 1_000,
      {
        ...systemOf(statement.client),
        'db.operation.name': statement.verb,
        'error.type': statement.error?.kind,
      },
    ]),
    record(meter, 'db.client.response.returned_rows', 'query.ended', (statement) => [
      statement.rows,
      systemOf(statement.client),
    ]),
    record(meter, 'oneprisma.operation.duration', 'operation.ended', (operation) => [
      operation.durationMs / 1_000,
      { model: operation.model, action: operation.action, 'error.type': operation.error?.kind },
    ]),
    record(meter, 'oneprisma.transaction.duration', 'transaction.ended', ({ ageMs, outcome }) => [
      ageMs / 1_000,
      { outcome },
    ]),
    record(meter, 'db.client.connection.create_time', 'connection.opened', (event) => [
      event.createMs === undefined ? undefined : event.createMs / 1_000,
      { [POOL]: event.client },
    ]),
    record(meter, 'db.client.connection.wait_time', 'connection.acquired', (event) => [
      event.waitMs / 1_000,
      { [POOL]: event.client },
    ]),
    record(meter, 'db.client.connection.use_time', 'connection.released', (event) => [
      event.useMs / 1_000,
      { [POOL]: event.client },
    ]),
  ]
}

function record<Name extends TelemetryEventName>(
  meter: Meter,
  name: string,
  event: Name,
  recordingOf: (event: TelemetryEvents[Name]) => Recording,
): () => void {
  const { help = '', unit = '' } = METRIC_DEFINITIONS.find((metric) => metric.name === name) ?? {}
  const bounds = unit === 's' ? DURATION_BOUNDS : ROW_BOUNDS
  const histogram = meter.createHistogram(name, {
    description: help,
    unit,
    advice: { explicitBucketBoundaries: [...bounds] },
  })
  return processListeners().subscribe(event, (it) => {
    const [value, labels = {}] = recordingOf(it)
    if (value !== undefined) histogram.record(value, { client: it.client, ...known(labels) })
  })
}

function known(labels: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(labels)
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function systemOf(client: string): Readonly<Record<string, string>> {
  const system = hubs().find((hub) => hub.client === client)?.system
  return { 'db.system.name': system ?? 'other_sql' }
}
