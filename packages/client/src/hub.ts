import { Activity } from './activity.ts'
import { preparesStatements, type Adapter } from './driver-adapter.ts'
import { sumOfPools, type DriverPool, type PoolStatus } from './driver-pool.ts'
import type { EventListeners } from './event-listeners.ts'
import type { Generation } from './generation.ts'
import { HeldTransactions } from './held-transactions.ts'
import { MetricSeries } from './metric-series.ts'
import type { Observation } from './observation.ts'
import { OpenTransaction } from './open-transaction.ts'
import { OperationKinds } from './operation-kinds.ts'
import { OperationUnit } from './operation-unit.ts'
import { PoolWatch } from './pool-watch.ts'
import { currentScope } from './scope.ts'
import { ShapeCache } from './shape-cache.ts'
import { StatementComments } from './statement-comment.ts'
import type { RetryEvent } from './statement-retry.ts'
import type { Tap, UnitTap } from './tap.ts'
import type { TelemetryEventName, TelemetryEvents } from './telemetry-records.ts'
import type { TelemetrySettings } from './telemetry-settings.ts'
import type { Unit } from './unit-scope.ts'
import { watchAdapter, type AdapterWatch } from './watched-adapter.ts'
import { WatchedStatement } from './watched-statement.ts'

// `db.system.name` of OpenTelemetry, by the provider that a driver adapter names.
const SYSTEMS: ReadonlyMap<unknown, string> = new Map([
  ['postgres', 'postgresql'],
  ['mysql', 'mysql'],
  ['sqlite', 'sqlite'],
  ['sqlserver', 'microsoft.sql_server'],
])

/**
 * Where everything meets that is known of the shared clients of one name, whatever their generation:
 * numbers, what happened of late, who is told of what.
 *
 * @internal
 */
export class Hub implements Tap, AdapterWatch {
  readonly client: string
  readonly series: MetricSeries = new MetricSeries()
  readonly held: HeldTransactions<OpenTransaction>
  readonly inTransaction: UnitTap
  activity: Activity
  system: string | undefined = undefined
  settings: TelemetrySettings
  readonly #pools: PoolWatch
  readonly #listeners: EventListeners
  readonly #kinds: OperationKinds
  readonly #shapes = new ShapeCache()
  #comments: StatementComments | undefined
  #prepares = false

  constructor(client: string, settings: TelemetrySettings, listeners: EventListeners) {
    this.client = client
    this.settings = settings
    this.activity = new Activity(settings.recent)
    this.#comments = settings.comments && new StatementComments(settings.comments)
    this.#listeners = listeners
    this.#kinds = new OperationKinds(client)
    this.#pools = new PoolWatch(this)
    this.held = new HeldTransactions(
      () => this.settings.heldTransactionMs,
      (transaction) => {
        this.series.held++
        this.tell('transaction.held', transaction)
      },
    )
    const inTransaction: UnitTap = {
      unit: (target, action) => this.#begin(target, action, true),
      get inTransaction() {
        return inTransaction
      },
    }
    this.inTransaction = inTransaction
  }

  /** The pools of all generations as of now. */
  get pool(): PoolStatus | undefined {
    return sumOfPools(this.#pools.watched)
  }

  /** Takes the settings of a module that was evaluated anew. */
  configure(settings: TelemetrySettings): void {
    if (settings.recent !== this.settings.recent) this.activity = new Activity(settings.recent)
    this.settings = settings
    this.#comments = settings.comments && new StatementComments(settings.comments)
  }

  tell<Name extends TelemetryEventName>(name: Name, event: TelemetryEvents[Name]): void {
    if (this.#listeners.has(name)) this.#listeners.emit(name, event)
    const { log } = this.settings
    if (log?.wants(name) === true) log.write(name, event, this)
  }

  emit<Name extends TelemetryEventName>(
    name: Name,
    detail: Omit<TelemetryEvents[Name], 'client'>,
  ): void {
    if (!this.#listeners.has(name) && !this.settings.log?.wants(name)) return
    // Every event carries the name of its client, and `detail` has the rest of it.
    this.tell(name, { client: this.client, ...detail } as TelemetryEvents[Name])
  }

  opened(generation: Generation, replaced: Generation | undefined): void {
    this.emit('client.created', {
      generation: generation.number,
      createdBy: generation.createdBy.text,
      replaced: replaced?.number,
    })
  }

  closed(generation: Generation, durationMs: number, isClean: boolean): void {
    if (isClean) this.series.cleanDrains++
    else this.series.uncleanDrains++
    this.emit('client.drained', { generation: generation.number, durationMs, isClean })
  }

  unit(target: object, action: string | symbol): Unit {
    return this.#begin(target, action, false)
  }

  readonly adapter = <Factory extends object>(
    factory: Factory,
    observation: Observation,
  ): Factory => watchAdapter(factory, observation, this)

  connected(adapter: Adapter, pool: DriverPool | undefined): () => void {
    this.system = SYSTEMS.get(adapter.provider)
    this.#prepares = preparesStatements(adapter)
    return pool === undefined ? () => {} : this.#pools.add(pool)
  }

  retried(event: RetryEvent): void {
    this.series.retry(event)
    this.emit('retry', event)
  }

  begin(sql: string, parameters: number, inTransaction: boolean, sentAt: number): WatchedStatement {
    const scope = currentScope()
    const operation = scope?.unit instanceof OperationUnit ? scope.unit : undefined
    const isMerged = operation?.sends() === true
    this.series.statementsInFlight++
    const statement = new WatchedStatement(
      this.client,
      operation,
      isMerged ? undefined : scope?.context,
      isMerged,
      inTransaction,
      parameters,
      sql,
      sentAt,
      this,
    )
    // Inside of a transaction, its first statement has asked for all.
    if (!inTransaction || statement.verb === 'BEGIN') operation?.asks(statement)
    return statement
  }

  shapeOf(sql: string): string {
    return this.#shapes.of(sql, this.system)
  }

  textOf(sql: string, statement: WatchedStatement): string {
    return this.#comments?.textOf(sql, statement, this.#prepares) ?? sql
  }

  end(statement: WatchedStatement): void {
    this.series.statementsInFlight--
    const { operation } = statement
    operation?.asksNoMore(statement)
    this.series.statement(statement)
    const { slowQueryMs, recent } = this.settings
    const isSlow = slowQueryMs > 0 && statement.durationMs >= slowQueryMs
    if (recent > 0) this.activity.statement(statement, isSlow, this)
    if (isSlow) this.tell('query.slow', statement)
    this.tell('query.ended', statement)
  }

  began(): OpenTransaction {
    const scope = currentScope()
    const operation = scope?.unit instanceof OperationUnit ? scope.unit : undefined
    const transaction = new OpenTransaction(this.client, operation, scope?.context)
    this.held.begin(transaction)
    return transaction
  }

  finished(transaction: OpenTransaction): void {
    const wasHeld = this.held.end(transaction)
    transaction.end()
    this.series.transaction(transaction.outcome, transaction.ageMs)
    if (wasHeld) this.tell('transaction.returned', transaction)
    this.tell('transaction.ended', transaction)
  }

  #begin(target: object, action: string | symbol, inTransaction: boolean): Unit {
    const kind = this.#kinds.of(target, action, inTransaction)
    return new OperationUnit(kind, currentScope()?.context, this.#end)
  }

  readonly #end = (unit: OperationUnit): void => {
    this.series.operation(unit, unit.kind)
    if (unit.error !== undefined) {
      this.activity.failures.add(unit)
      this.tell('operation.failed', unit)
    }
    this.tell('operation.ended', unit)
  }
}
