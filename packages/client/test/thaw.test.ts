import { execFileSync } from 'node:child_process'
import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  vi,
} from 'vitest'
import { withSuspend } from '../src/with-suspend.ts'
import { ForgetfulNetwork } from './forgetful-network.ts'

const sql = (text: string) => ({ sql: text, args: [], argTypes: [] })
const PID = sql('SELECT pg_backend_pid()')

// Ends the sessions of an application and waits until they are gone, in a process of its own.
const TERMINATE = `
  import pg from 'pg'
  const [url, name] = process.argv.slice(1)
  const admin = new pg.Client(url)
  await admin.connect()
  const sessions = 'FROM pg_stat_activity WHERE application_name = $1'
  await admin.query('SELECT pg_terminate_backend(pid, 10000) ' + sessions, [name])
  const { rowCount } = await admin.query('SELECT 1 ' + sessions, [name])
  await admin.end()
  process.exitCode = rowCount
`

/** Does so while this process stands still: what happens to its sockets meanwhile, it sees later. */
function terminateWhileFrozen(name: string): void {
  const args = ['--input-type=module', '-e', TERMINATE, inject('databaseUrl'), name]
  execFileSync(process.execPath, args, { cwd: import.meta.dirname })
}

/** Lets time pass as it does in a process that is frozen: no timer fires. */
function passWhileFrozen(ms: number): void {
  vi.setSystemTime(Date.now() + ms)
}

const open: Array<() => Promise<void>> = []

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
})
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(open.splice(0).map((close) => close()))
})

interface Settings extends pg.PoolConfig {
  readonly isBare?: boolean
}

async function connect(name: string, { isBare = false, ...settings }: Settings = {}) {
  const factory = new PrismaPg({
    connectionString: inject('databaseUrl'),
    application_name: name,
    ...settings,
  })
  const adapter = await (isBare ? factory : withSuspend(factory)).connect()
  const pool = adapter.underlyingDriver()
  const opened: object[] = []
  pool.on('connect', (client) => opened.push(client))
  open.push(() => adapter.dispose())
  const pid = async () => String((await adapter.queryRaw(PID)).rows[0])
  return { adapter, pool, opened, pid }
}

describe('withSuspend, after a freeze', () => {
  it('runs the first statement although its connection was closed meanwhile', async () => {
    const { adapter, pid } = await connect('thaw-closed')
    await Promise.all([pid(), pid()])

    terminateWhileFrozen('thaw-closed')
    passWhileFrozen(1_000)

    expect(await adapter.executeRaw(sql('SELECT 1'))).toBe(1)
  })

  it('runs the first script although its connection was closed meanwhile', async () => {
    const { adapter, pid } = await connect('thaw-script')
    await pid()

    terminateWhileFrozen('thaw-script')
    passWhileFrozen(1_000)

    await expect(adapter.executeScript('SELECT 1; SELECT 2')).resolves.toBeUndefined()
  })

  it('begins the first transaction although its connection was closed meanwhile', async () => {
    const { adapter, pid } = await connect('thaw-begin')
    await pid()

    terminateWhileFrozen('thaw-begin')
    passWhileFrozen(1_000)
    const transaction = await adapter.startTransaction()

    expect(await transaction.executeRaw(sql('SELECT 1'))).toBe(1)
    await transaction.executeRaw(sql('COMMIT'))
    await transaction.commit()
  })

  it('works where a bare adapter does not', async () => {
    const { adapter, pid } = await connect('thaw-bare', { isBare: true })
    await pid()

    terminateWhileFrozen('thaw-bare')
    passWhileFrozen(1_000)

    await expect(adapter.executeRaw(sql('SELECT 1'))).rejects.toThrow('terminat')
  })

  it('replaces connections that were idle for longer than their timers would have let them', async () => {
    const { pool, opened, pid } = await connect('thaw-stale')
    await Promise.all([pid(), pid(), pid()])
    const before = opened.length

    passWhileFrozen(10_000)
    await pid()

    expect(pool.totalCount).toBe(1)
    expect(opened).toHaveLength(before + 1)
  })

  it('keeps connections that were idle for less than that', async () => {
    const { opened, pid } = await connect('thaw-fresh')
    const before = await pid()

    passWhileFrozen(9_000)

    expect(await pid()).toBe(before)
    expect(opened).toHaveLength(1)
  })

  it('replaces only the connections that are too old', async () => {
    const { pool, pid } = await connect('thaw-some')
    await Promise.all([pid(), pid()])
    passWhileFrozen(6_000)
    const used = await pid()

    passWhileFrozen(6_000)

    expect(await pid()).toBe(used)
    expect(pool.totalCount).toBe(1)
  })

  it('remembers how long the others have been idle', async () => {
    const { pool, pid } = await connect('thaw-others')
    await Promise.all([pid(), pid(), pid()])
    passWhileFrozen(6_000)
    await Promise.all([pid(), pid()])
    passWhileFrozen(6_000)
    await pid()
    expect(pool.totalCount).toBe(2)

    passWhileFrozen(5_000)
    await pid()

    expect(pool.totalCount).toBe(1)
  })

  it('takes 10 seconds for too long where the pool itself never closes an idle connection', async () => {
    const { pid } = await connect('thaw-never', { idleTimeoutMillis: 0 })
    const before = await pid()

    passWhileFrozen(9_000)
    expect(await pid()).toBe(before)
    passWhileFrozen(10_000)
    expect(await pid()).not.toBe(before)
  })

  it('lets everything that comes at once wait for the same eviction', async () => {
    const { pool, opened, pid } = await connect('thaw-at-once', { max: 3 })
    const before = await Promise.all([pid(), pid(), pid()])

    passWhileFrozen(10_000)
    const after = await Promise.all(Array.from({ length: 9 }, pid))

    expect(after.filter((one) => before.includes(one))).toEqual([])
    expect(opened).toHaveLength(6)
    expect(pool.totalCount).toBe(3)
  })

  it('leaves a connection that is in use alone', async () => {
    const { adapter, pid } = await connect('thaw-used', { max: 2 })
    const transaction = await adapter.startTransaction()
    const before = String((await transaction.queryRaw(PID)).rows[0])

    passWhileFrozen(60_000)
    await pid()

    expect(String((await transaction.queryRaw(PID)).rows[0])).toBe(before)
    await transaction.executeRaw(sql('COMMIT'))
    await transaction.commit()
  })

  it('leaves the others alone while one is in use for long', async () => {
    const { adapter, pool, pid } = await connect('thaw-long')
    await Promise.all([pid(), pid()])
    const transaction = await adapter.startTransaction()
    passWhileFrozen(9_000)
    await pid()
    passWhileFrozen(9_000)
    const acquired = vi.fn<() => void>()
    pool.on('acquire', acquired)

    await pid()

    expect(acquired).toHaveBeenCalledOnce()
    await transaction.executeRaw(sql('COMMIT'))
    await transaction.commit()
  })

  it('answers although the pool does not hand out what is stale', async () => {
    const { pool, pid } = await connect('thaw-refused')
    await pid()
    vi.spyOn(pool, 'connect').mockImplementationOnce(() => {
      throw new Error('as asked')
    })

    passWhileFrozen(10_000)

    expect(await pid()).toMatch(/\d+/)
  })

  it('does nothing about a pool that is ending', async () => {
    const { adapter, pool, pid } = await connect('thaw-ending')
    await pid()
    const held = await pool.connect()
    open.length = 0
    const disposed = adapter.dispose()

    passWhileFrozen(60_000)
    await expect(pid()).rejects.toThrow('after calling end')

    held.release()
    await disposed
  })
})

describe('withSuspend, where the network has forgotten its connections', () => {
  const network = new ForgetfulNetwork(inject('databaseUrl'))
  let connectionString: string
  beforeAll(async () => {
    connectionString = await network.listen()
  })
  afterAll(() => network.close())

  /** What the first statement after a silence answers. */
  async function answerAfter(silenceMs: number, settings?: Settings): Promise<unknown> {
    const { adapter, pid } = await connect(`thaw-${silenceMs}`, { connectionString, ...settings })
    await Promise.all([pid(), pid()])
    network.forget()
    passWhileFrozen(silenceMs)
    return adapter.executeRaw(sql('SELECT 1')).catch((error: unknown) => error)
  }

  it('works after the idle timeout', async () => {
    expect(await answerAfter(10_000)).toBe(1)
  })

  it('cannot know it before', async () => {
    expect(await answerAfter(9_000)).toBeInstanceOf(Error)
  })

  it('works where a bare adapter does not', async () => {
    expect(await answerAfter(10_000, { isBare: true })).toBeInstanceOf(Error)
  })
})
