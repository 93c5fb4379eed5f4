import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withRetry, type RetryOptions } from '../src/with-retry.ts'
import type { RetryEvent } from '../src/statement-retry.ts'

const READ = { sql: 'SELECT "t"."id" FROM "t"', args: [], argTypes: [] }
const WRITE = { sql: 'INSERT INTO "t" DEFAULT VALUES', args: [], argTypes: [] }

const socketError = (code: string) => Object.assign(new Error(code), { code })
const refused = () => socketError('ECONNREFUSED')
const lost = () => socketError('ECONNRESET')

interface Query {
  readonly sql: string
}

/** A driver adapter that fails as it is told to, and notes what it was asked. */
class FakeAdapter {
  readonly provider = 'postgres'
  readonly adapterName = '@test/fake'
  readonly asked: string[] = []
  readonly pool = { totalCount: 1, idleCount: 0, waitingCount: 0, options: { max: 2 } }
  #failures: Error[]
  constructor(failures: Error[]) {
    this.#failures = failures
  }
  async queryRaw(query: Query): Promise<string> {
    return this.#answer(query.sql)
  }
  async executeRaw(query: Query): Promise<number> {
    this.#answer(query.sql)
    return 1
  }
  async executeScript(): Promise<void> {
    this.#answer('script')
  }
  async startTransaction(): Promise<object> {
    this.#answer('BEGIN')
    return { queryRaw: async (query: Query) => this.#answer(query.sql) }
  }
  async dispose(): Promise<void> {}
  underlyingDriver(): object {
    return this.pool
  }
  #answer(sql: string): string {
    this.asked.push(sql)
    const failure = this.#failures.shift()
    if (failure !== undefined) throw failure
    return 'answer'
  }
}

async function connected(
  failures: Error[],
  options: RetryOptions = {},
): Promise<{ adapter: FakeAdapter; retried: FakeAdapter; events: RetryEvent[] }> {
  const adapter = new FakeAdapter(failures)
  const events: RetryEvent[] = []
  const factory = withRetry(
    { provider: 'postgres', adapterName: '@test/fake', connect: async () => adapter },
    { onRetry: (event) => events.push(event), ...options },
  )
  return { adapter, retried: await factory.connect(), events }
}

describe('withRetry', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  /** The outcome of a call that waits for timers. */
  async function settled<Result>(promise: Promise<Result>): Promise<Result> {
    promise.catch(() => {})
    await vi.runAllTimersAsync()
    return promise
  }

  it('repeats a read whose connection was lost, and tells of it', async () => {
    const { retried, adapter, events } = await connected([lost(), lost()])

    expect(await settled(retried.queryRaw(READ))).toBe('answer')
    expect(adapter.asked).toEqual([READ.sql, READ.sql, READ.sql])
    expect(events).toEqual([
      { kind: 'connection_lost', statement: 'read', attempt: 1, delayMs: expect.any(Number) },
      { kind: 'connection_lost', statement: 'read', attempt: 2, delayMs: expect.any(Number) },
    ])
  })

  it('never repeats a write that may have been carried out', async () => {
    const { retried, adapter, events } = await connected([lost()])

    await expect(settled(retried.queryRaw(WRITE))).rejects.toThrow('ECONNRESET')
    await settled(retried.executeRaw(WRITE))
    expect(adapter.asked).toEqual([WRITE.sql, WRITE.sql])
    expect(events).toEqual([])
  })

  it('sends a write that was never sent', async () => {
    const { retried, adapter } = await connected([refused()])

    expect(await settled(retried.executeRaw(WRITE))).toBe(1)
    expect(adapter.asked).toEqual([WRITE.sql, 'SELECT 1', WRITE.sql])
  })

  it('begins a transaction again, and touches nothing inside of it', async () => {
    const { retried, events } = await connected([lost()])

    const transaction = await settled(retried.startTransaction())
    expect(events).toMatchObject([{ statement: 'begin' }])
    expect(Object.keys(transaction)).toEqual(['queryRaw'])
  })

  it('asks for a server that is away with one probe at a time, whoever waits', async () => {
    const { retried, adapter } = await connected([refused(), refused(), refused()])

    const answers = await settled(
      Promise.all([retried.queryRaw(READ), retried.executeRaw(WRITE), retried.queryRaw(READ)]),
    )

    expect(answers).toEqual(['answer', 1, 'answer'])
    expect(adapter.asked.filter((sql) => sql === 'SELECT 1')).toHaveLength(1)
    expect(adapter.asked).toHaveLength(7)
  })
})
