import type { HistogramSnapshot, Snapshot } from './snapshot-types.ts'
import type { ConnectionCloseReason } from './telemetry-records.ts'

/** A value, and what it is the value of. A label that does not apply is left out. */
export interface MetricPoint<Value> {
  readonly labels: Readonly<Record<string, string>>
  readonly value: Value
}

interface MetricDescription {
  /** As OpenTelemetry calls it, or in the same manner. */
  readonly name: string
  /** In UCUM, as OpenTelemetry has it: `s`, `{connection}`. */
  readonly unit: string
  readonly help: string
  /** Every label that a point may have; all points have `client`. */
  readonly labels: readonly string[]
}

/** A metric that is a number. */
export interface NumberMetric extends MetricDescription {
  /** A counter only grows; an `updowncounter` may be added up over processes, a `gauge` may not. */
  readonly kind: 'counter' | 'updowncounter' | 'gauge'
  readonly read: (snapshot: Snapshot) => ReadonlyArray<MetricPoint<number>>
}

/** A metric that tells how values are distributed. */
export interface HistogramMetric extends MetricDescription {
  readonly kind: 'histogram'
  readonly read: (snapshot: Snapshot) => ReadonlyArray<MetricPoint<HistogramSnapshot>>
}

/** What a metric is, and how it is read out of a snapshot. */
export type MetricDefinition = NumberMetric | HistogramMetric

type Labels = Readonly<Record<string, string | undefined>>
type Reading<Value> = readonly [value: Value | undefined, labels?: Labels]
type Unlabelled<Definition extends MetricDefinition, Value> = Omit<
  Definition,
  'labels' | 'read'
> & {
  readonly labels?: readonly string[]
  readonly read: (snapshot: Snapshot) => ReadonlyArray<Reading<Value>>
}

// A counter that appears with its first event has no rate then, so what can be counted is there as
// 0 from the start, where it is little.
const REASONS: Readonly<Record<ConnectionCloseReason, 0>> = {
  idle: 0,
  lifetime: 0,
  uses: 0,
  drain: 0,
  failed: 0,
  lost: 0,
  left_open: 0,
  stale: 0,
  read_only: 0,
  given_back: 0,
}

const POOL = 'db.client.connection.pool.name'
const pool = ({ client }: Snapshot): Labels => ({ [POOL]: client })
// What OpenTelemetry has for a database that nobody has named.
const systemOf = ({ system = 'other_sql' }: Snapshot): Labels => ({ 'db.system.name': system })

/**
 * Every metric that a snapshot holds. Whoever exports metrics goes by this list, so that they agree.
 *
 * @internal
 */
export const METRIC_DEFINITIONS: readonly MetricDefinition[] = [
  histogram({
    name: 'db.client.operation.duration',
    unit: 's',
    help: 'How long statements took, the wait for a connection included.',
    labels: ['db.system.name', 'db.operation.name', 'error.type'],
    read: (snapshot) =>
      snapshot.statements.map(({ verb, error, duration }) => [
        duration,
        { ...systemOf(snapshot), 'db.operation.name': verb, 'error.type': error },
      ]),
  }),
  histogram({
    name: 'db.client.response.returned_rows',
    unit: '{row}',
    help: 'How many rows statements returned or changed.',
    labels: ['db.system.name'],
    read: (snapshot) => [[snapshot.rows, systemOf(snapshot)]],
  }),
  number({
    name: 'db.client.connection.count',
    kind: 'updowncounter',
    unit: '{connection}',
    help: 'Connections that are open now, by whether they are in use.',
    labels: [POOL, 'db.client.connection.state'],
    read: (snapshot) => {
      const { idle, total } = snapshot.connections.pool ?? {}
      const used = total !== undefined && idle !== undefined ? total - idle : undefined
      const state = (name: string): Labels => ({
        ...pool(snapshot),
        'db.client.connection.state': name,
      })
      return [
        [idle, state('idle')],
        [used, state('used')],
      ]
    },
  }),
  number({
    name: 'db.client.connection.max',
    kind: 'updowncounter',
    unit: '{connection}',
    help: 'The most connections that the pool may open.',
    labels: [POOL],
    read: (snapshot) => [[snapshot.connections.pool?.max, pool(snapshot)]],
  }),
  number({
    name: 'db.client.connection.pending_requests',
    kind: 'updowncounter',
    unit: '{request}',
    help: 'Callers that wait for a connection now.',
    labels: [POOL],
    read: (snapshot) => [[snapshot.connections.pool?.waiting, pool(snapshot)]],
  }),
  number({
    name: 'db.client.connection.timeouts',
    kind: 'counter',
    unit: '{timeout}',
    help: 'How often somebody waited in vain for a connection.',
    labels: [POOL],
    read: (snapshot) => [[snapshot.connections.timeouts, pool(snapshot)]],
  }),
  histogram({
    name: 'db.client.connection.create_time',
    unit: 's',
    help: 'How long it took to open connections.',
    labels: [POOL],
    read: (snapshot) => [[snapshot.connections.create, pool(snapshot)]],
  }),
  histogram({
    name: 'db.client.connection.wait_time',
    unit: 's',
    help: 'How long callers waited for a connection that they got.',
    labels: [POOL],
    read: (snapshot) => [[snapshot.connections.wait, pool(snapshot)]],
  }),
  histogram({
    name: 'db.client.connection.use_time',
    unit: 's',
    help: 'How long connections were in use until they came back.',
    labels: [POOL],
    read: (snapshot) => [[snapshot.connections.use, pool(snapshot)]],
  }),
  number({
    name: 'oneprisma.connection.opened',
    kind: 'counter',
    unit: '{connection}',
    help: 'Connections that were opened.',
    read: ({ connections }) => [[connections.opened]],
  }),
  number({
    name: 'oneprisma.connection.closed',
    kind: 'counter',
    unit: '{connection}',
    help: 'Connections that were closed, by the reason.',
    labels: ['reason'],
    read: ({ connections }) => {
      const closed = connections.closed.map(({ reason, count }) => [reason, count] as const)
      const counts = Object.entries({ ...REASONS, ...Object.fromEntries(closed) })
      return counts.map(([reason, count]) => [count, { reason }])
    },
  }),
  histogram({
    name: 'oneprisma.operation.duration',
    unit: 's',
    help: 'How long operations of the client took, such as findMany, with all of their statements.',
    labels: ['model', 'action', 'error.type'],
    read: ({ operations }) =>
      operations.map(({ model, action, error, duration }) => [
        duration,
        { model, action, 'error.type': error },
      ]),
  }),
  number({
    name: 'oneprisma.units.in_flight',
    kind: 'updowncounter',
    unit: '{unit}',
    help: 'Operations and transactions in progress; what is inside of a transaction is part of it.',
    read: ({ unitsInFlight }) => [[unitsInFlight]],
  }),
  number({
    name: 'oneprisma.statements.in_flight',
    kind: 'updowncounter',
    unit: '{statement}',
    help: 'Statements in progress, those that wait for a connection included.',
    read: ({ statementsInFlight }) => [[statementsInFlight]],
  }),
  number({
    name: 'oneprisma.transaction.open',
    kind: 'updowncounter',
    unit: '{transaction}',
    help: 'Transactions that are open.',
    read: ({ transactions }) => [[transactions.open]],
  }),
  number({
    name: 'oneprisma.transaction.oldest_age',
    kind: 'gauge',
    unit: 's',
    help: 'The age of the oldest transaction that is open; 0 where none is.',
    read: ({ transactions }) => [[transactions.oldestSeconds]],
  }),
  histogram({
    name: 'oneprisma.transaction.duration',
    unit: 's',
    help: 'How long transactions were open, by how they ended.',
    labels: ['outcome'],
    read: ({ transactions }) =>
      transactions.ended.map(({ outcome, duration }) => [duration, { outcome }]),
  }),
  number({
    name: 'oneprisma.transaction.held',
    kind: 'counter',
    unit: '{transaction}',
    help: 'Transactions that were open for longer than heldTransactionMs.',
    read: ({ transactions }) => [[transactions.held]],
  }),
  number({
    name: 'oneprisma.retries',
    kind: 'counter',
    unit: '{retry}',
    help: 'Statements that were tried again, by the error and by what was tried again.',
    labels: ['error.type', 'statement'],
    read: ({ retries }) =>
      retries.map(({ kind, statement, count }) => [count, { 'error.type': kind, statement }]),
  }),
  number({
    name: 'oneprisma.generation',
    kind: 'gauge',
    unit: '{generation}',
    help: 'How many clients were created under the name; more than 1 in production is unusual.',
    read: ({ generation }) => [[generation]],
  }),
  number({
    name: 'oneprisma.drains',
    kind: 'counter',
    unit: '{drain}',
    help: 'Clients that were closed, by whether all of their work had ended in time.',
    labels: ['outcome'],
    read: ({ drains }) => [
      [drains.clean, { outcome: 'clean' }],
      [drains.unclean, { outcome: 'unclean' }],
    ],
  }),
]

function number({ labels, read, ...rest }: Unlabelled<NumberMetric, number>): NumberMetric {
  return { ...rest, labels: ['client', ...(labels ?? [])], read: withClient(read) }
}

function histogram({
  labels,
  read,
  ...rest
}: Omit<Unlabelled<HistogramMetric, HistogramSnapshot>, 'kind'>): HistogramMetric {
  const own = ['client', ...(labels ?? [])]
  return { ...rest, kind: 'histogram', labels: own, read: withClient(read) }
}

/** Leaves out what is not known, and says whose it is. */
function withClient<Value>(
  read: (snapshot: Snapshot) => ReadonlyArray<Reading<Value>>,
): (snapshot: Snapshot) => Array<MetricPoint<Value>> {
  return (snapshot) =>
    read(snapshot).flatMap(([value, labels]) => {
      if (value === undefined) return []
      const known: Record<string, string> = { client: snapshot.client }
      for (const [name, of] of Object.entries(labels ?? {})) if (of !== undefined) known[name] = of
      return [{ labels: known, value }]
    })
}
