import type { HistogramSnapshot, Snapshot } from './snapshot-types.ts'
import type { MetricDefinition } from './metric-definitions.ts'

// Under this, a metric of a registry has the name that this package has registered it by. The digit
// is the version of its shape: another copy of this package may find it.
const KEY: unique symbol = Symbol.for('@oneprisma/client/prometheus/1')

interface Sample {
  readonly labels: Record<string, string | number>
  readonly value: number
  readonly metricName?: string
}

/**
 * A metric as a registry of prom-client takes it: asked for its values on every scrape.
 *
 * @internal
 */
export class PrometheusMetric {
  /** For a scrape in the format of OpenMetrics, a registry takes `_total` off the name of a counter. */
  name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** How the values of the processes of a cluster are put together. */
  readonly aggregator: 'sum' | 'max'
  readonly [KEY]: string
  readonly #definition: MetricDefinition
  readonly #snapshots: () => readonly Snapshot[]

  constructor(definition: MetricDefinition, snapshots: () => readonly Snapshot[]) {
    const { kind, help } = definition
    this.name = prometheusNameOf(definition)
    this[KEY] = this.name
    this.help = help
    this.type = kind === 'updowncounter' ? 'gauge' : kind
    this.aggregator = kind === 'gauge' ? 'max' : 'sum'
    this.#definition = definition
    this.#snapshots = snapshots
  }

  async get(): Promise<{
    readonly name: string
    readonly help: string
    readonly type: string
    readonly aggregator: string
    readonly values: Sample[]
  }> {
    const { name, help, type, aggregator } = this
    const values = this.#snapshots().flatMap((snapshot) => samplesOf(this.#definition, snapshot))
    return { name, help, type, aggregator, values }
  }

  /** Does nothing: the numbers are those of the clients, and others read them as well. */
  reset(): void {}
}

/**
 * The name that this package, or another copy of it, has registered a metric by; `undefined` for a
 * metric of somebody else.
 *
 * @internal
 */
export function registeredNameOf(metric: object): string | undefined {
  const name: unknown = Reflect.get(metric, KEY)
  return typeof name === 'string' ? name : undefined
}

/**
 * The name as Prometheus has it: with underscores, the unit, and `_total` behind a counter.
 *
 * @internal
 */
export function prometheusNameOf({ name, unit, kind }: MetricDefinition): string {
  const withUnit = `${labelOf(name)}${unit === 's' ? '_seconds' : ''}`
  return kind === 'counter' && !withUnit.endsWith('_total') ? `${withUnit}_total` : withUnit
}

function labelOf(name: string): string {
  return name.replaceAll('.', '_')
}

function samplesOf(definition: MetricDefinition, snapshot: Snapshot): Sample[] {
  if (definition.kind !== 'histogram') {
    return definition
      .read(snapshot)
      .map(({ labels, value }) => ({ labels: labelled(labels), value }))
  }
  const name = prometheusNameOf(definition)
  return definition
    .read(snapshot)
    .flatMap(({ labels, value }) => histogramSamples(name, labelled(labels), value))
}

function histogramSamples(
  name: string,
  labels: Readonly<Record<string, string>>,
  { bounds, counts, sum, count }: HistogramSnapshot,
): Sample[] {
  let below = 0
  const buckets = bounds.map((le, index) => {
    below += counts[index] ?? 0
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below }
  })
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels: { ...labels }, value: sum },
    { metricName: `${name}_count`, labels: { ...labels }, value: count },
  ]
}

function labelled(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [labelOf(name), value]))
}
