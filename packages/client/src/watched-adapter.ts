import {
  bound,
  isAdapterFactory,
  type Adapter,
  type AdapterFactory,
  type Queryable,
  type Transaction,
} from './driver-adapter.ts'
import type { DriverPool } from './driver-pool.ts'
import { OpenTransaction } from './open-transaction.ts'
import { RETRIES, type Retried } from './retried.ts'
import { currentScope, scopeStorage } from './scope.ts'
import type { RetryEvent } from './statement-retry.ts'
import type { WatchedStatement } from './watched-statement.ts'

/** What a watched adapter tells, and asks. */
export interface AdapterWatch {
  connected(provider: unknown, pool: DriverPool | undefined): () => void
  retried(event: RetryEvent): void
  /** Begins a statement that is about to be sent. */
  begin(sql: string, parameters: number, inTransaction: boolean): WatchedStatement
  /** The text to send: with a comment, where that was asked for. */
  textOf(sql: string, statement: WatchedStatement): string
  end(statement: WatchedStatement): void
  began(): OpenTransaction
  finished(transaction: OpenTransaction): void
}

interface Query {
  readonly sql: string
  readonly args?: readonly unknown[]
}

/**
 * Wraps a driver adapter by delegation, so that every statement and transaction is told of.
 *
 * @internal
 */
export function watchAdapter<Factory extends object>(factory: Factory, watch: AdapterWatch): Factory {
  if (!isAdapterFactory(factory)) return factory
  const original: AdapterFactory = factory
  const wrapped: AdapterFactory = {
    provider: original.provider,
    adapterName: original.adapterName,
    connect: async () => {
      // Every factory that retries has this member; others do not.
      const retried = original as Retried
      if (retried[RETRIES] !== undefined) retried[RETRIES].listener = (event) => watch.retried(event)
      return watched(await original.connect(), watch)
    },
    ...bound(original, ['connectToShadowDb']),
  }
  // The wrapper has every public member of a driver adapter factory; Prisma uses no other.
  return wrapped as unknown as Factory
}

function watched(original: Adapter, watch: AdapterWatch): Adapter {
  const disconnected = watch.connected(original.provider, original.underlyingDriver?.())
  return {
    ...queries(original, watch, false),
    executeScript: (script) =>
      carryOut(watch, script, 0, false, () => original.executeScript(script)),
    startTransaction: async (isolationLevel) =>
      transaction(
        await carryOut(watch, 'BEGIN', 0, true, () => original.startTransaction(isolationLevel)),
        watch,
      ),
    dispose: async () => {
      try {
        await original.dispose()
      } finally {
        disconnected()
      }
    },
    ...bound(original, ['getConnectionInfo', 'underlyingDriver']),
  }
}

function transaction(original: Transaction, watch: AdapterWatch): Transaction {
  const open = watch.began()
  const { options } = original
  // With phantom queries, `commit` and `rollback` do what a statement does otherwise.
  const isPhantom =
    typeof options === 'object' && options !== null && Reflect.get(options, 'usePhantomQuery') === true
  const end = async (sql: 'COMMIT' | 'ROLLBACK', finish: () => Promise<void>): Promise<void> => {
    try {
      await (isPhantom ? carryOut(watch, sql, 0, true, finish) : finish())
      open.succeeded(sql === 'COMMIT' ? 'committed' : 'rolled_back')
    } finally {
      watch.finished(open)
    }
  }
  const savepoints = bound(original, [
    'createSavepoint',
    'rollbackToSavepoint',
    'releaseSavepoint',
  ])
  return {
    ...queries(original, watch, true, open),
    options,
    commit: () => end('COMMIT', () => original.commit()),
    rollback: () => end('ROLLBACK', () => original.rollback()),
    ...savepoints,
  }
}

function queries(
  original: Queryable,
  watch: AdapterWatch,
  inTransaction: boolean,
  open?: OpenTransaction,
): Queryable {
  const run = (
    query: unknown,
    send: (query: unknown) => Promise<unknown>,
    rowsOf: (result: unknown) => number | undefined,
  ): Promise<unknown> => {
    // Every query of Prisma is of this shape.
    const { sql, args } = query as Query
    return carryOut(
      watch,
      sql,
      args?.length ?? 0,
      inTransaction,
      (text) => send(text === sql ? query : { ...(query as Query), sql: text }),
      rowsOf,
      open,
    )
  }
  return {
    provider: original.provider,
    adapterName: original.adapterName,
    queryRaw: (query) => run(query, (it) => original.queryRaw(it), rowsReturned),
    executeRaw: (query) => run(query, (it) => original.executeRaw(it), rowsChanged),
  }
}

async function carryOut<Result>(
  watch: AdapterWatch,
  sql: string,
  parameters: number,
  inTransaction: boolean,
  send: (text: string) => Promise<Result>,
  rowsOf?: (result: Result) => number | undefined,
  open?: OpenTransaction,
): Promise<Result> {
  const statement = watch.begin(sql, parameters, inTransaction)
  const storage = scopeStorage()
  try {
    const run = (): Promise<Result> => send(watch.textOf(sql, statement))
    const result = await (storage?.run({ ...currentScope(), statement }, run) ?? run())
    statement.succeeded(rowsOf?.(result))
    return result
  } catch (error) {
    statement.failed(error)
    open?.failed(statement.verb)
    throw error
  } finally {
    watch.end(statement)
  }
}

function rowsReturned(result: unknown): number | undefined {
  const rows: unknown = typeof result === 'object' && result !== null && Reflect.get(result, 'rows')
  return Array.isArray(rows) ? rows.length : undefined
}

function rowsChanged(result: unknown): number | undefined {
  return typeof result === 'number' ? result : undefined
}
