import { bound, type Adapter, type Queryable, type Transaction } from './driver-adapter.ts'
import type { DriverPool } from './driver-pool.ts'
import type { Observation } from './observation.ts'
import { observe, observePool } from './observe.ts'
import type { OpenTransaction } from './open-transaction.ts'
import { RETRIES, type Retried } from './retried.ts'
import type { RetryEvent } from './statement-retry.ts'
import type { WatchedStatement } from './watched-statement.ts'

/** What a watched adapter tells, and asks. */
export interface AdapterWatch {
  /** Returns what ends the watch. */
  connected(adapter: Adapter, pool: DriverPool | undefined): () => void
  retried(event: RetryEvent): void
  /** Begins a statement that is about to be sent. `sentAt` is of `performance.now()`. */
  begin(sql: string, parameters: number, inTransaction: boolean, sentAt: number): WatchedStatement
  /** The text to send: with a comment, where that was asked for. */
  textOf(sql: string, statement: WatchedStatement): string
  end(statement: WatchedStatement): void
  began(): OpenTransaction
  finished(transaction: OpenTransaction): void
}

/** A query as Prisma hands it to an adapter. */
interface Query {
  readonly sql: string
  readonly args?: readonly unknown[]
}

/**
 * Does what `observe` does, and tells of every statement and transaction.
 *
 * @internal
 */
export function watchAdapter<Factory extends object>(
  factory: Factory,
  observation: Observation,
  watch: AdapterWatch,
): Factory {
  // A factory that retries has this member; others do not.
  const { [RETRIES]: retries } = factory as Retried
  return observe(factory, observation, (adapter) => {
    if (retries !== undefined) retries.listener = (event) => watch.retried(event)
    return new WatchedConnection(observation, watch).adapter(adapter)
  })
}

/** An adapter that is connected, and the transactions on it. */
class WatchedConnection {
  readonly #observation: Observation
  readonly #watch: AdapterWatch

  constructor(observation: Observation, watch: AdapterWatch) {
    this.#observation = observation
    this.#watch = watch
  }

  adapter(original: Adapter): Adapter {
    const pool = observePool(original, this.#observation)
    const disconnected = this.#watch.connected(original, pool)
    return {
      ...this.#queries(original),
      executeScript: (script) => this.#carry(script, () => original.executeScript(script)),
      startTransaction: async (isolationLevel) => {
        const begin = (): Promise<Transaction> => original.startTransaction(isolationLevel)
        return this.#transaction(await this.#carry('BEGIN', begin))
      },
      dispose: async () => {
        try {
          await original.dispose()
        } finally {
          if (pool !== undefined) this.#observation.pools.delete(pool)
          disconnected()
        }
      },
      ...bound(original, ['getConnectionInfo', 'underlyingDriver']),
    }
  }

  #transaction(original: Transaction): Transaction {
    const open = this.#watch.began()
    this.#observation.transactionsOpen++
    let isOpen = true
    const end = async (sql: 'COMMIT' | 'ROLLBACK', finish: () => Promise<void>): Promise<void> => {
      try {
        await (isPhantom(original) ? this.#carry(sql, finish, open) : finish())
        open.succeeded(sql === 'COMMIT' ? 'committed' : 'rolled_back')
      } finally {
        if (isOpen) {
          this.#observation.transactionsOpen--
          this.#watch.finished(open)
        }
        isOpen = false
      }
    }
    return {
      ...this.#queries(original, open),
      options: original.options,
      commit: () => end('COMMIT', () => original.commit()),
      rollback: () => end('ROLLBACK', () => original.rollback()),
      ...bound(original, ['createSavepoint', 'rollbackToSavepoint', 'releaseSavepoint']),
    }
  }

  #queries(original: Queryable, open?: OpenTransaction): Queryable {
    return {
      provider: original.provider,
      adapterName: original.adapterName,
      queryRaw: (query) => this.#query(original, 'queryRaw', query, open),
      executeRaw: (query) => this.#query(original, 'executeRaw', query, open),
    }
  }

  /** Sends a query. It is on the path of every one, and makes one promise. */
  #query(
    original: Queryable,
    method: 'queryRaw' | 'executeRaw',
    query: unknown,
    open: OpenTransaction | undefined,
  ): Promise<unknown> {
    // Every query of Prisma is of this shape.
    const { sql, args } = query as Query
    const sentAt = this.#observation.started()
    const statement = this.#watch.begin(sql, args?.length ?? 0, open !== undefined, sentAt)
    const text = this.#watch.textOf(sql, statement)
    const sent = text === sql ? query : { ...(query as Query), sql: text }
    const fail = (error: unknown): never => {
      statement.failed(error)
      open?.failed(statement.verb)
      this.#end(statement)
      throw error
    }
    try {
      return original[method](sent).then((result) => {
        statement.rows = rowsOf(result)
        this.#end(statement)
        return result
      }, fail)
    } catch (error) {
      return fail(error)
    }
  }

  /** Does what is no query of Prisma, and a statement nonetheless. */
  async #carry<Result>(
    sql: string,
    send: () => Promise<Result>,
    open?: OpenTransaction,
  ): Promise<Result> {
    const sentAt = this.#observation.started()
    const inTransaction = open !== undefined || sql === 'BEGIN'
    const statement = this.#watch.begin(sql, 0, inTransaction, sentAt)
    try {
      return await send()
    } catch (error) {
      statement.failed(error)
      open?.failed(statement.verb)
      throw error
    } finally {
      this.#end(statement)
    }
  }

  #end(statement: WatchedStatement): void {
    statement.durationMs = performance.now() - statement.sentAt
    this.#observation.ended(statement.durationMs, statement.error !== undefined)
    this.#watch.end(statement)
  }
}

/** With phantom queries, `commit` and `rollback` do what a statement does otherwise. */
function isPhantom({ options }: Transaction): boolean {
  return (
    typeof options === 'object' &&
    options !== null &&
    Reflect.get(options, 'usePhantomQuery') === true
  )
}

/** The rows that a query returned, or the number of those that it changed. */
function rowsOf(result: unknown): number | undefined {
  if (typeof result === 'number') return result
  const rows: unknown =
    typeof result === 'object' && result !== null ? Reflect.get(result, 'rows') : undefined
  return Array.isArray(rows) ? rows.length : undefined
}
