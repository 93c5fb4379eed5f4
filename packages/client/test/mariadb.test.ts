import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { classifyError } from '../src/classify-error.ts'
import { withSuspend, type SuspendOptions } from '../src/with-suspend.ts'
import { MariaDbServer, runsMariaDb } from './mariadb-server.ts'

const IDLE_TIMEOUT_MS = 1_000
const SQL = (sql: string) => ({ sql, args: [], argTypes: [] })

// The reporter names no test that is skipped.
if (!runsMariaDb) console.warn('Pools of mariadb are not tested: mariadbd is not installed.')

describe.skipIf(!runsMariaDb)('a pool of mariadb', () => {
  let server: MariaDbServer
  beforeAll(async () => {
    server = await MariaDbServer.start()
  }, 60_000)
  afterAll(() => server[Symbol.asyncDispose]())
  afterEach(() => {
    vi.restoreAllMocks()
  })

  async function connect(options: SuspendOptions = {}, settings: object = {}) {
    const adapter = await withSuspend(
      new PrismaMariaDb({
        host: '127.0.0.1',
        port: server.port,
        user: 'app',
        password: server.password,
        database: 'oneprisma',
        connectionLimit: 2,
        // The fewest that work: with 0, the pool never opens one.
        minimumIdle: 1,
        idleTimeout: IDLE_TIMEOUT_MS / 1_000,
        allowPublicKeyRetrieval: true,
        ...settings,
      }),
      { idleTimeoutMs: IDLE_TIMEOUT_MS, ...options },
    ).connect()
    const pool = adapter.underlyingDriver()
    return { adapter, pool, [Symbol.asyncDispose]: () => adapter.dispose() }
  }

  it('has closed the idle connections that it does not keep when the platform need wait no longer', async () => {
    const waits: Array<Promise<unknown>> = []
    await using connected = await connect({ waitUntil: (promise) => waits.push(promise) })

    const both = [1, 2].map(() => connected.adapter.queryRaw(SQL('SELECT SLEEP(0.1)')))
    await Promise.all(both)
    expect(connected.pool.totalConnections()).toBe(2)
    await Promise.all(waits)
    expect(connected.pool.totalConnections()).toBe(1)
  })

  it('answers its first query after a freeze in which its sessions ended', async () => {
    await using connected = await connect()
    await using admin = await connect()
    const { rows } = await connected.adapter.queryRaw(SQL('SELECT CONNECTION_ID()'))

    await admin.adapter.executeRaw(SQL(`KILL ${String(rows[0]?.[0])}`))
    const now = Date.now() + 3_600_000
    vi.spyOn(Date, 'now').mockReturnValue(now)
    expect((await connected.adapter.queryRaw(SQL('SELECT 1 AS one'))).rows).toEqual([[1]])
  })

  it.each([
    ['SIGNAL SQLSTATE "HY000" SET MYSQL_ERRNO = 1213', 'deadlock', 'yes'],
    ['SIGNAL SQLSTATE "HY000" SET MYSQL_ERRNO = 1205', 'lock_timeout', 'yes'],
    ['SIGNAL SQLSTATE "HY000" SET MYSQL_ERRNO = 1290', 'read_only', 'yes'],
    ['SET STATEMENT max_statement_time = 0.01 FOR SELECT SLEEP(5)', 'statement_timeout', 'yes'],
    ['KILL CONNECTION_ID()', 'server_shutdown', 'unknown'],
    ['CREATE TABLE once (id int PRIMARY KEY)', 'none', 'none'],
    ['INSERT INTO once VALUES (1), (1)', 'constraint_violation', 'yes'],
    ['SELEKT', 'other', 'unknown'],
  ])('has %s told as %s', async (sql, kind, wasSent) => {
    await using connected = await connect()

    const error: unknown = await connected.adapter.executeRaw(SQL(sql)).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    const seen = error === undefined ? { kind: 'none', wasSent: 'none' } : classifyError(error)
    expect(seen).toMatchObject({ kind, wasSent })
  })

  it.each([
    ['all of its connections are in use', { connectionLimit: 1 }],
    // The connector does not say why it could not connect.
    ['the password is wrong', { password: 'wrong' }],
    ['nobody listens', { port: 1 }],
  ])('has pool_timeout told where %s', async (_, settings) => {
    await using connected = await connect({}, { acquireTimeout: 100, ...settings })

    const slow = connected.adapter.queryRaw(SQL('SELECT SLEEP(0.5)')).catch(() => {})
    const error: unknown = await connected.adapter
      .queryRaw(SQL('SELECT 1'))
      .catch((reason: unknown) => reason)
    expect(classifyError(error)).toMatchObject({ kind: 'pool_timeout', wasSent: 'no' })
    await slow
  })
})
