import { addBuckets, type Buckets } from './buckets.ts'
import type { Counters } from './counters.ts'
import type { MetricSample } from './parse-prometheus.ts'

/** What the metrics of a process say at one moment. */
export interface AppReading {
  /** Since the process started. */
  readonly counters: Counters
  readonly gauges: AppGauges
}

/** What is now; undefined where the driver does not tell. */
export interface AppGauges {
  readonly connections: number | undefined
  /** Callers that wait for a connection. */
  readonly waiting: number | undefined
  /** The most connections that the pools may open. */
  readonly max: number | undefined
}

/** The histogram that latency is read from, unless another is named. */
export const OPERATIONS = 'oneprisma_operation_duration_seconds'

/** Reads the metrics of an app. What is not there counts as nothing. */
export function readApp(samples: readonly MetricSample[], histogram: string): AppReading {
  const failed = samples.filter(({ labels }) => labels.get('error_type'))
  // What fails at once must not look like something fast.
  const succeeded = samples.filter(({ labels }) => !labels.get('error_type'))
  const toMs = /_(?:ms|milliseconds)$/.test(histogram) ? 1 : 1_000
  return {
    counters: {
      durations: bucketsIn(succeeded, histogram, toMs),
      numbers: {
        durationSum: counted(succeeded, `${histogram}_sum`) * toMs,
        failed: counted(failed, `${histogram}_count`),
        timeouts: counted(samples, 'db_client_connection_timeouts_total'),
        waits: counted(samples, 'db_client_connection_wait_time_seconds_count'),
        waitSum: counted(samples, 'db_client_connection_wait_time_seconds_sum') * 1_000,
        opened: counted(samples, 'oneprisma_connection_opened_total'),
      },
    },
    gauges: {
      connections: sumOf(samples, 'db_client_connection_count'),
      waiting: sumOf(samples, 'db_client_connection_pending_requests'),
      max: sumOf(samples, 'db_client_connection_max'),
    },
  }
}

/** When the process started, in seconds of the epoch, where it has the default metrics. */
export function startTimeIn(samples: readonly MetricSample[]): number | undefined {
  return samples.find(({ name }) => name === 'process_start_time_seconds')?.value
}

function bucketsIn(samples: readonly MetricSample[], histogram: string, toMs: number): Buckets {
  const series = new Map<string, Map<number, number>>()
  for (const { name, labels, value } of samples) {
    const bound = labels.get('le') === '+Inf' ? Infinity : Number(labels.get('le'))
    if (name !== `${histogram}_bucket` || Number.isNaN(bound)) continue
    const others = [...labels].filter(([label]) => label !== 'le')
    const key = JSON.stringify(others.toSorted(([one], [other]) => (one < other ? -1 : 1)))
    const buckets = series.get(key) ?? new Map<number, number>()
    series.set(key, buckets.set(rounded(bound * toMs), value))
  }
  return [...series.values()].reduce<Buckets>(addBuckets, new Map())
}

/** Without what the multiplication of a decimal fraction leaves behind. */
function rounded(bound: number): number {
  return Number(bound.toPrecision(12))
}

function counted(samples: readonly MetricSample[], metric: string): number {
  return sumOf(samples, metric) ?? 0
}

function sumOf(samples: readonly MetricSample[], metric: string): number | undefined {
  const values = samples.filter(({ name, value }) => name === metric && Number.isFinite(value))
  return values.length === 0 ? undefined : values.reduce((sum, { value }) => sum + value, 0)
}
