import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withRetry, type RetryOptions } from '../src/with-retry.ts'
import type { RetryEvent } from '../src/statement-retry.ts'

const READ = { sql: 'SELECT "t"."id" FROM "t"', args: [], argTypes: [] }
const WRITE = { sql: 'INSERT INTO "t" DEFAULT VALUES', args: [], argTypes: [] }

const PROBE = 'SELECT 1'

const socketError = (code: string) => Object.assign(new Error(code), { code })
const refused = () => socketError('ECONNREFUSED')
const deadlock = () => socketError('40P01')
const denied = () => socketError('28P01')
const poolTimeout = () => new Error('timeout exceeded when trying to connect')
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
  readonly #failures: Error[]
  #hanging: string | undefined
  #answerAll = (): void => {}
  readonly #answered = new Promise<string>((resolve) => {
    this.#answerAll = () => resolve('late answer')
  })
  constructor(failures: Error[]) {
    this.#failures = failures
  }
  /** Answers no longer to this, until what is returned is called. */
  hang(sql: string): () => void {
    this.#hanging = sql
    return () => this.#answerAll()
  }
  failWith(...failures: Error[]): void {
    this.#failures.push(...failures)
  }
  async queryRaw(query: Query): Promise<string> {
    const answer = this.#answer(query.sql)
    return query.sql === this.#hanging ? this.#answered : answer
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
    expect(adapter.asked).toEqual([READ.sql, PROBE, PROBE, READ.sql])
    expect(events).toEqual([
      { kind: 'connection_lost', statement: 'read', attempt: 1, delayMs: expect.any(Number) },
    ])
  })

  it('never repeats a write that may have been carried out', async () => {
    const { retried, adapter, events } = await connected([lost()])

    await expect(settled(retried.queryRaw(WRITE))).rejects.toThrow('ECONNRESET')
    expect(adapter.asked).toEqual([WRITE.sql, PROBE])
    adapter.failWith(lost())
    await expect(settled(retried.executeRaw(WRITE))).rejects.toThrow('ECONNRESET')
    expect(adapter.asked).toEqual([WRITE.sql, PROBE, WRITE.sql, PROBE])
    expect(events).toEqual([])
  })

  it('sends a write that was never sent', async () => {
    const { retried, adapter } = await connected([refused()])

    expect(await settled(retried.executeRaw(WRITE))).toBe(1)
    expect(adapter.asked).toEqual([WRITE.sql, PROBE, WRITE.sql])
  })

  it('begins a transaction again, and touches nothing inside of it', async () => {
    const { retried, events } = await connected([lost()])

    const transaction = await settled(retried.startTransaction())
    expect(events).toMatchObject([{ statement: 'begin' }])
    expect(Object.keys(transaction)).toEqual(['queryRaw'])
  })

  it('asks for a server that is away with one probe at a time, whoever waits', async () => {
    const { retried, adapter } = await connected([refused(), refused(), refused()])
    adapter.pool.options.max = 10

    const answers = await settled(
      Promise.all([retried.queryRaw(READ), retried.executeRaw(WRITE), retried.queryRaw(READ)]),
    )

    expect(answers).toEqual(['answer', 1, 'answer'])
    expect(adapter.asked.filter((sql) => sql === PROBE)).toHaveLength(1)
    expect(adapter.asked).toHaveLength(7)
  })

  it('lets what is called during an outage wait, and sends it once', async () => {
    const { retried, adapter, events } = await connected([refused(), refused()])

    const first = retried.queryRaw(READ)
    await vi.advanceTimersByTimeAsync(0)
    const second = retried.executeRaw(WRITE)

    expect(await settled(Promise.all([first, second]))).toEqual(['answer', 1])
    expect(adapter.asked.filter((sql) => sql === WRITE.sql)).toHaveLength(1)
    expect(events).toHaveLength(1)
  })

  it('sends no probe when nobody waits, except the first', async () => {
    const { retried, adapter } = await connected([lost(), lost(), lost(), lost()])

    await expect(settled(retried.executeRaw(WRITE))).rejects.toThrow('ECONNRESET')
    expect(adapter.asked).toEqual([WRITE.sql, PROBE])
  })

  it('takes another failure of the probe as an answer', async () => {
    const forbidden = socketError('42501')
    const { retried, adapter } = await connected([refused(), forbidden])

    expect(await settled(retried.queryRaw(READ))).toBe('answer')
    expect(adapter.asked).toEqual([READ.sql, PROBE, READ.sql])
  })

  it('sends further probes while one is not answered, and leaves one connection free', async () => {
    const { retried, adapter } = await connected([refused()], { deadlineMs: 5_000 })
    adapter.pool.options.max = 4
    adapter.hang(PROBE)

    await expect(settled(retried.queryRaw(READ))).rejects.toThrow('ECONNREFUSED')
    expect(adapter.asked).toEqual([READ.sql, PROBE, PROBE, PROBE])
  })

  it('ends at the deadline, with the last error', async () => {
    const { retried } = await connected(Array.from({ length: 1_000 }, refused), {
      deadlineMs: 3_000,
    })
    const startedAt = performance.now()

    await expect(settled(retried.queryRaw(READ))).rejects.toThrow('ECONNREFUSED')
    expect(performance.now() - startedAt).toBeGreaterThan(2_000)
    expect(performance.now() - startedAt).toBeLessThan(4_000)
  })

  it('tries nothing again after the deadline', async () => {
    const { retried, events } = await connected(Array.from({ length: 1_000 }, deadlock), {
      deadlineMs: 3_000,
      budgetBurst: 1_000,
    })
    const startedAt = performance.now()

    await expect(settled(retried.queryRaw(READ))).rejects.toMatchObject({ code: '40P01' })
    expect(performance.now() - startedAt).toBeLessThanOrEqual(3_000)
    expect(events.length).toBeLessThan(100)
  })

  it('ends an outage as soon as any probe is answered', async () => {
    const { retried, adapter } = await connected([refused()])
    const answer = adapter.hang(PROBE)

    const read = retried.queryRaw(READ)
    await vi.advanceTimersByTimeAsync(1_400)
    answer()
    await vi.advanceTimersByTimeAsync(0)
    expect(adapter.asked).toEqual([READ.sql, PROBE, READ.sql])
    expect(await read).toBe('answer')
  })

  it('makes no more retries than its budget has, and gets some back by the second', async () => {
    const options = { budgetBurst: 2, budgetPerSecond: 1 }
    const { retried, adapter, events } = await connected([], options)
    const failing = async (): Promise<unknown> => {
      adapter.failWith(deadlock())
      return settled(retried.queryRaw(READ)).catch((error: unknown) => error)
    }

    expect(await failing()).toBe('answer')
    expect(await failing()).toBe('answer')
    expect(await failing()).toMatchObject({ code: '40P01' })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await failing()).toBe('answer')
    expect(await failing()).toMatchObject({ code: '40P01' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect([await failing(), await failing()]).toEqual(['answer', 'answer'])
    expect(await failing()).toMatchObject({ code: '40P01' })
    expect(events).toHaveLength(5)
  })

  it('makes none while callers wait in vain for a connection', async () => {
    const { retried, adapter, events } = await connected([poolTimeout(), deadlock()])

    await expect(settled(retried.queryRaw(READ))).rejects.toThrow('timeout exceeded')
    await expect(settled(retried.queryRaw(READ))).rejects.toMatchObject({ code: '40P01' })
    await vi.advanceTimersByTimeAsync(1_000)
    adapter.failWith(deadlock())
    adapter.pool.waitingCount = 3
    await expect(settled(retried.queryRaw(READ))).rejects.toMatchObject({ code: '40P01' })
    expect(events).toEqual([])
    adapter.failWith(deadlock())
    adapter.pool.waitingCount = 2
    expect(await settled(retried.queryRaw(READ))).toBe('answer')
  })

  it('makes none for an error that would come again', async () => {
    const unique = Object.assign(new Error('duplicate key'), { code: '23505' })
    const { retried, adapter } = await connected([unique])

    await expect(settled(retried.queryRaw(READ))).rejects.toBe(unique)
    expect(adapter.asked).toEqual([READ.sql])
  })

  it('asks twice more where the password is asked for, and may have been rotated meanwhile', async () => {
    const { retried, adapter } = await connected([denied(), denied(), denied()])

    await expect(settled(retried.queryRaw(READ))).rejects.toMatchObject({ code: '28P01' })
    expect(adapter.asked).toHaveLength(1)
    Object.assign(adapter.pool.options, { password: () => 'secret' })
    expect(await settled(retried.executeRaw(WRITE))).toBe(1)
    adapter.failWith(denied(), denied(), denied())
    await expect(settled(retried.queryRaw(READ))).rejects.toMatchObject({ code: '28P01' })
    expect(adapter.asked.slice(1)).toEqual(
      [WRITE, WRITE, WRITE, READ, READ, READ].map(({ sql }) => sql),
    )
  })

  it('closes idle connections to a server that only reads, for new ones may lead to another', async () => {
    const readOnly = socketError('25006')
    const { retried, adapter } = await connected([readOnly])
    const releases: boolean[] = []
    Object.assign(adapter.pool, {
      idleCount: 2,
      connect: async () => ({ release: (isBroken: boolean) => releases.push(isBroken) }),
    })

    await expect(settled(retried.executeRaw(WRITE))).rejects.toBe(readOnly)
    expect(releases).toEqual([true, true])
  })

  it('makes no further retry once the client is closed', async () => {
    const { retried, adapter } = await connected([deadlock()])

    const read = retried.queryRaw(READ)
    await vi.advanceTimersByTimeAsync(0)
    await retried.dispose()
    await expect(settled(read)).rejects.toMatchObject({ code: '40P01' })
    expect(adapter.asked).toEqual([READ.sql])
    adapter.failWith(lost())
    await expect(settled(retried.executeRaw(WRITE))).rejects.toThrow('ECONNRESET')
    expect(adapter.asked).toEqual([READ.sql, WRITE.sql])
  })

  it('survives a callback that throws, or rejects', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const throwing = () => {
      throw new Error('broken')
    }
    for (const onRetry of [throwing, async () => throwing()]) {
      // oxlint-disable-next-line no-await-in-loop
      const { retried } = await connected([deadlock()], { onRetry })
      // oxlint-disable-next-line no-await-in-loop
      expect(await settled(retried.queryRaw(READ))).toBe('answer')
    }

    const codes = warned.mock.calls.map(([, options]) => options)
    expect(codes).toMatchObject([
      { code: 'ONEPRISMA_HOOK_FAILED' },
      { code: 'ONEPRISMA_HOOK_FAILED' },
    ])
    warned.mockRestore()
  })

  it('passes on what the adapter has, and no more', async () => {
    const { retried, adapter } = await connected([])

    expect(retried.underlyingDriver()).toBe(adapter.pool)
    expect('getConnectionInfo' in retried).toBe(false)
    await retried.executeScript()
    expect(adapter.asked).toEqual(['script'])
  })

  it('refuses what is no adapter, and numbers that are none', () => {
    expect(() => withRetry({})).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
    const factory = { adapterName: 'x', provider: 'postgres', connect: async () => {} }
    for (const options of [{ deadlineMs: -1 }, { budgetBurst: Number.NaN }]) {
      expect(() => withRetry(factory, options)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION' }),
      )
    }
  })
})
