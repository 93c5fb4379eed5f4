import { PrismaLibSql } from '@prisma/adapter-libsql'
import { describe, expect, it } from 'vitest'
import { Observation, queriesOf } from '../src/observation.ts'
import { observe } from '../src/observe.ts'
import { deferred } from './fake-client.ts'

/** An adapter like those that keep their state in private fields, which no `Proxy` can reach. */
class PrivateAdapter {
  readonly provider = 'postgres'
  readonly adapterName = '@test/private'
  #queries = 0
  #pending: Promise<unknown> = Promise.resolve()

  holdUntil(promise: Promise<unknown>): void {
    this.#pending = promise
  }
  async queryRaw(query: { sql: string }): Promise<{ sql: string; no: number }> {
    await this.#pending
    if (query.sql === 'fail') throw new Error('as asked')
    return { sql: query.sql, no: ++this.#queries }
  }
  async executeRaw(): Promise<number> {
    return ++this.#queries
  }
  async executeScript(): Promise<void> {
    this.#queries++
  }
  async startTransaction(): Promise<object> {
    return new PrivateTransaction()
  }
  async dispose(): Promise<void> {
    this.#queries = 0
  }
}

class PrivateTransaction {
  readonly provider = 'postgres'
  readonly adapterName = '@test/private'
  readonly options = { usePhantomQuery: false }
  #state = 'open'

  async queryRaw(): Promise<string> {
    return this.#state
  }
  async executeRaw(): Promise<string> {
    return this.#state
  }
  async commit(): Promise<void> {
    this.#state = 'committed'
  }
  async rollback(): Promise<void> {
    this.#state = 'rolled back'
    throw new Error('connection lost')
  }
  async createSavepoint(name: string): Promise<string> {
    return `${this.#state} ${name}`
  }
}

function observed(adapter: object): {
  observation: Observation
  connect: () => Promise<PrivateAdapter>
  factory: object
} {
  const observation = new Observation()
  const factory = observe(
    { provider: 'postgres', adapterName: '@test/private', connect: async () => adapter },
    observation,
  )
  // The wrapper of an adapter has the members that the test's adapter has.
  return { observation, factory, connect: async () => (await factory.connect()) as PrivateAdapter }
}

describe('observe', () => {
  it('counts queries that succeed and queries that fail, and hands both through', async () => {
    const { observation, connect } = observed(new PrivateAdapter())
    const adapter = await connect()

    expect(await adapter.queryRaw({ sql: 'a' })).toEqual({ sql: 'a', no: 1 })
    expect(await adapter.executeRaw()).toBe(2)
    await adapter.executeScript()
    await expect(adapter.queryRaw({ sql: 'fail' })).rejects.toThrow('as asked')

    expect(queriesOf(observation)).toMatchObject({ total: 4, failed: 1, inFlight: 0 })
    expect(queriesOf(observation).durationMs?.max).toBeGreaterThanOrEqual(0)
  })

  it('knows the queries in flight', async () => {
    const original = new PrivateAdapter()
    const { observation, connect } = observed(original)
    const hold = deferred<undefined>()
    original.holdUntil(hold.promise)
    const query = (await connect()).queryRaw({ sql: 'a' })

    expect(queriesOf(observation)).toEqual({
      total: 0,
      failed: 0,
      inFlight: 1,
      durationMs: undefined,
    })

    hold.resolve(undefined)
    await query
    expect(queriesOf(observation).inFlight).toBe(0)
  })

  it('counts transactions until they end, also when their end fails', async () => {
    const { observation, connect } = observed(new PrivateAdapter())
    const adapter = await connect()
    const [one, two] = [await transaction(adapter), await transaction(adapter)]
    expect(observation.transactionsOpen).toBe(2)

    await one.commit()
    await expect(two.rollback()).rejects.toThrow('connection lost')
    await two.rollback().catch(() => {})

    expect(observation.transactionsOpen).toBe(0)
  })

  it('has the optional members that the original has, and no others', async () => {
    const { connect, factory } = observed(new PrivateAdapter())
    const adapter = await connect()
    const open = await transaction(adapter)

    expect('connectToShadowDb' in factory).toBe(false)
    expect('getConnectionInfo' in adapter).toBe(false)
    expect('underlyingDriver' in adapter).toBe(false)
    expect('releaseSavepoint' in open).toBe(false)
    expect(await open.createSavepoint('s1')).toBe('open s1')
    expect(open.options).toEqual({ usePhantomQuery: false })
  })

  it('keeps the last 512 durations', async () => {
    const { observation, connect } = observed(new PrivateAdapter())
    const adapter = await connect()

    for (let index = 0; index < 600; index++) await adapter.executeRaw()

    expect(queriesOf(observation).total).toBe(600)
    expect(queriesOf(observation).durationMs?.p99).toBeGreaterThan(0)
  })

  it('works with an adapter that has no pool, such as libsql', async () => {
    const observation = new Observation()
    const adapter = await observe(new PrismaLibSql({ url: ':memory:' }), observation).connect()

    const result = await adapter.queryRaw({ sql: 'SELECT 1 AS one', args: [], argTypes: [] })

    expect(result.columnNames).toEqual(['one'])
    expect(queriesOf(observation).total).toBe(1)
    expect(observation.pools.size).toBe(0)
    await adapter.dispose()
  })
})

async function transaction(adapter: PrivateAdapter): Promise<PrivateTransaction> {
  return (await adapter.startTransaction()) as PrivateTransaction
}
