import { METRIC_DEFINITIONS } from './metric-definitions.ts'
import { refuse, requireType } from './options.ts'
import { PRISMA_METRICS } from './prisma-metrics.ts'
import { PrometheusMetric, registeredNameOf } from './prometheus-metric.ts'
import { snapshotAll } from './snapshot.ts'
import type { Snapshot } from './snapshot-types.ts'

/** What is used of a `Registry` of prom-client. */
export interface PrometheusRegister {
  /** Adds a metric, which is asked for its values on every scrape. */
  registerMetric(metric: object): void
  /** Removes the metric of this name, if there is one. */
  removeSingleMetric(name: string): void
  /** The metric of this name. */
  getSingleMetric(name: string): object | undefined
  /** All metrics, whoever has registered them. */
  getMetricsAsArray(): readonly object[]
}

/** Options of `collectPrismaMetrics`. */
export interface CollectPrismaMetricsOptions {
  /**
   * Adds the twelve metrics that `$metrics` of Prisma 6 had, by their names, for dashboards that
   * exist. `docs/metrics.md` says where they differ.
   *
   * @default false
   */
  readonly prismaMetricNames?: boolean
}

/**
 * Registers the metrics of every shared client of this process that has telemetry, of those too that
 * are defined later, with a registry of prom-client. They are read when it is scraped, and cost
 * nothing in between. Whoever calls it again on the same registry, after a hot reload or in another
 * bundle, takes the place of the call before.
 *
 * @example
 * import { register } from 'prom-client'
 *
 * collectPrismaMetrics(register)
 *
 * @returns what removes them, unless somebody has taken their place
 *
 * @throws OnePrismaError `INVALID_OPTION` if the registry has a metric of somebody else by such a name
 */
export function collectPrismaMetrics(
  register: PrometheusRegister,
  options: CollectPrismaMetricsOptions = {},
): () => void {
  requireType('register.registerMetric', Reflect.get(register, 'registerMetric'), 'function')
  const definitions = [
    ...METRIC_DEFINITIONS,
    ...(options.prismaMetricNames === true ? PRISMA_METRICS : []),
  ]
  const snapshots = oncePerScrape(snapshotAll)
  const metrics = definitions.map((definition) => new PrometheusMetric(definition, snapshots))
  for (const { name } of metrics) {
    const known = register.getSingleMetric(name)
    if (known !== undefined && registeredNameOf(known) === undefined) {
      refuse('register', `a registry without a metric "${name}" of somebody else`, register)
    }
  }

  for (const known of register.getMetricsAsArray()) {
    const name = registeredNameOf(known)
    if (name !== undefined) register.removeSingleMetric(name)
  }
  for (const metric of metrics) register.registerMetric(metric)

  return () => {
    for (const metric of metrics) {
      const name = registeredNameOf(metric) ?? metric.name
      if (register.getSingleMetric(name) === metric) register.removeSingleMetric(name)
    }
  }
}

/** A registry asks all of its metrics in one turn: they get the same numbers, which are read once. */
function oncePerScrape(read: () => readonly Snapshot[]): () => readonly Snapshot[] {
  let known: readonly Snapshot[] | undefined
  return () => {
    if (known === undefined) {
      known = read()
      queueMicrotask(() => (known = undefined))
    }
    return known
  }
}
