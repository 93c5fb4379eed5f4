import { bound, type Adapter, type Query, type Transaction } from './driver-adapter.ts'
import { TestingError } from './errors.ts'
import { Turns, type Turn } from './turns.ts'

/** What a session is told about the code that queries. */
export interface RollbackSettings {
  /** The unit of work that asks, where it is known. */
  readonly currentUnit: () => object | undefined
  /** How long a query waits for others of the same test, in milliseconds. */
  readonly waitMs: number
}

const TEST = 'oneprisma_test'
const STATEMENT = 'oneprisma_statement'
const TRANSACTION = 'oneprisma_transaction'
// `ROLLBACK TO` is about a savepoint, and stays inside.
const TRANSACTION_CONTROL =
  /^\s*(begin|start\s+transaction|commit|end|abort|rollback(?!\s+(work\s+|transaction\s+)?to\b)|prepare\s+transaction)\b/i

/**
 * One client on one connection, in one transaction that is never committed: a statement by itself runs
 * in a savepoint, so that its failure leaves the transaction usable, and a transaction of the code
 * under test is a savepoint. The transaction begins with the first query. If that is in a test, it
 * ends with the test; if it is before, what it has written stays for all tests of the file, and each
 * test is a savepoint.
 */
export class RollbackSession {
  readonly adapter: Adapter
  readonly #original: Adapter
  readonly #settings: RollbackSettings
  readonly #turns: Turns
  #outer: Transaction | undefined
  /** Grows with every test, so that what an earlier one has left cannot go on in a later one. */
  #epoch = 0
  #isInTest = false
  #startedInTest = false
  #hasSavepoint = false

  constructor(original: Adapter, settings: RollbackSettings) {
    this.#original = original
    this.#settings = settings
    this.#turns = new Turns(settings.waitMs)
    const { provider, adapterName, pgOptions } = original
    this.adapter = {
      provider,
      adapterName,
      ...(pgOptions !== undefined && { pgOptions }),
      queryRaw: (query) => this.#statement(query, (outer) => outer.queryRaw(query)),
      executeRaw: (query) => this.#statement(query, (outer) => outer.executeRaw(query)),
      executeScript: async (sql) => {
        const query = { sql, args: [], argTypes: [] }
        await this.#statement(query, (outer) => outer.executeRaw(query))
      },
      startTransaction: () => this.#transaction(),
      // Closing the client is not the end of the test, whose rows the next client has to see.
      dispose: async () => {},
      ...bound(original, ['getConnectionInfo', 'underlyingDriver']),
    }
  }

  beginTest(): void {
    this.#isInTest = true
  }

  /** Undoes what was written since `beginTest`. */
  async endTest(): Promise<void> {
    const turn = await this.#lastTurn()
    this.#isInTest = false
    this.#epoch++
    try {
      if (this.#hasSavepoint) await this.#undo(TEST)
      else if (this.#startedInTest) await this.#end()
    } catch {
      // The connection is gone, and with it all that was written.
      await this.#end()
    } finally {
      this.#hasSavepoint = false
      turn?.end()
    }
  }

  /** Undoes everything and closes the connection. */
  async close(): Promise<void> {
    const turn = await this.#lastTurn()
    this.#epoch++
    try {
      await this.#end()
    } finally {
      turn?.end()
      await this.#original.dispose()
    }
  }

  async #statement<Result>(
    query: Query,
    run: (outer: Transaction) => Promise<Result>,
  ): Promise<Result> {
    checked(query)
    const turn = await this.#turn(false)
    try {
      const outer = await this.#begun()
      await control(outer, `SAVEPOINT ${STATEMENT}`)
      try {
        const result = await run(outer)
        await control(outer, `RELEASE SAVEPOINT ${STATEMENT}`)
        return result
      } catch (error) {
        // Where the connection is gone, the first error says so.
        await this.#undo(STATEMENT).catch(() => {})
        throw error
      }
    } finally {
      turn.end()
    }
  }

  async #transaction(): Promise<Transaction> {
    const turn = await this.#turn(true)
    try {
      const outer = await this.#begun()
      await control(outer, `SAVEPOINT ${TRANSACTION}`)
      return this.#nested(outer, turn)
    } catch (error) {
      turn.end()
      throw error
    }
  }

  #nested(outer: Transaction, turn: Turn): Transaction {
    const epoch = this.#epoch
    const inside = async <Result>(run: () => Promise<Result>): Promise<Result> => {
      if (epoch !== this.#epoch) throw testEnded()
      return run()
    }
    const end = (finish: () => Promise<unknown>) => async (): Promise<void> => {
      try {
        await inside(finish)
      } finally {
        turn.end()
      }
    }
    return {
      provider: outer.provider,
      adapterName: outer.adapterName,
      // Prisma then sends no COMMIT of its own.
      options: { ...outer.options, usePhantomQuery: true },
      queryRaw: (query) => inside(() => outer.queryRaw(checked(query))),
      executeRaw: (query) => inside(() => outer.executeRaw(checked(query))),
      commit: end(() => control(outer, `RELEASE SAVEPOINT ${TRANSACTION}`)),
      rollback: end(() => this.#undo(TRANSACTION)),
      ...bound(outer, ['createSavepoint', 'rollbackToSavepoint', 'releaseSavepoint']),
    }
  }

  async #turn(isTransaction: boolean): Promise<Turn> {
    const epoch = this.#epoch
    const turn = await this.#turns.take(this.#settings.currentUnit(), isTransaction)
    if (epoch === this.#epoch) return turn
    turn.end()
    throw testEnded()
  }

  /** Waits for what the test has left running, and takes its turn away if it does not end. */
  async #lastTurn(): Promise<Turn | undefined> {
    try {
      return await this.#turns.take(undefined, false)
    } catch {
      this.#turns.revoke()
      return undefined
    }
  }

  async #begun(): Promise<Transaction> {
    if (this.#outer === undefined) {
      this.#outer = await this.#original.startTransaction()
      this.#startedInTest = this.#isInTest
    } else if (this.#isInTest && !this.#startedInTest && !this.#hasSavepoint) {
      await control(this.#outer, `SAVEPOINT ${TEST}`)
      this.#hasSavepoint = true
    }
    return this.#outer
  }

  async #undo(savepoint: string): Promise<void> {
    if (this.#outer === undefined) return
    await control(this.#outer, `ROLLBACK TO SAVEPOINT ${savepoint}`)
    await control(this.#outer, `RELEASE SAVEPOINT ${savepoint}`)
  }

  async #end(): Promise<void> {
    const outer = this.#outer
    this.#outer = undefined
    this.#startedInTest = false
    if (outer === undefined) return
    try {
      if (!outer.options.usePhantomQuery) await control(outer, 'ROLLBACK')
    } catch {
      // The connection is gone: there is nothing left to undo.
    } finally {
      await outer.rollback()
    }
  }
}

async function control(transaction: Transaction, sql: string): Promise<void> {
  await transaction.executeRaw({ sql, args: [], argTypes: [] })
}

/** Returns a query that does not end the transaction it runs in. */
function checked(query: Query): Query {
  if (!TRANSACTION_CONTROL.test(query.sql)) return query
  throw new TestingError(
    'TRANSACTION_CONTROL_IN_SQL',
    "A test that is rolled back cannot run BEGIN, COMMIT or ROLLBACK as raw SQL, which would end its own transaction. Use `$transaction`, or give the file a database of its own (`isolation: 'database'`).",
  )
}

function testEnded(): TestingError {
  return new TestingError(
    'TEST_ENDED',
    'A query was still to run when its test had ended and was rolled back. Await what the test has started.',
  )
}
