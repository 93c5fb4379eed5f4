import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { classifyError } from '../src/classify-error.ts'
import { mariaDbNote, runsMariaDb, startMariaDb, type MariaDb } from './start-mariadb.ts'

const SQL = (sql: string) => ({ sql, args: [], argTypes: [] })

describe.skipIf(!runsMariaDb)(`classifyError on MariaDB${mariaDbNote}`, () => {
  let server: MariaDb
  // Where it could not be started, that is the error to show.
  let stop = async (): Promise<void> => {}
  beforeAll(async () => {
    server = await startMariaDb()
    stop = server.stop
  })
  afterAll(() => stop())

  async function connect(settings: object = {}) {
    const { host, port, user } = server
    const config = { host, port, user, connectionLimit: 2, minimumIdle: 1, ...settings }
    const adapter = await new PrismaMariaDb(config).connect()
    const dispose = async (): Promise<void> => {
      // At rest: nobody handles the end of a connection that the driver opens while its pool closes.
      await adapter.queryRaw(SQL('SELECT 1')).catch(() => {})
      await adapter.dispose()
    }
    return { adapter, [Symbol.asyncDispose]: dispose }
  }

  it.each([
    ['SIGNAL SQLSTATE "HY000" SET MYSQL_ERRNO = 1213', 'deadlock', 'yes'],
    ['SIGNAL SQLSTATE "HY000" SET MYSQL_ERRNO = 1205', 'lock_timeout', 'yes'],
    ['SIGNAL SQLSTATE "HY000" SET MYSQL_ERRNO = 1290', 'read_only', 'yes'],
    ['SET STATEMENT max_statement_time = 0.01 FOR SELECT SLEEP(5)', 'statement_timeout', 'yes'],
    ['KILL CONNECTION_ID()', 'server_shutdown', 'unknown'],
    ['CREATE DATABASE classified', 'none', 'none'],
    ['CREATE TABLE classified.once (id int PRIMARY KEY)', 'none', 'none'],
    ['INSERT INTO classified.once VALUES (1), (1)', 'constraint_violation', 'yes'],
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
    await using connected = await connect({ acquireTimeout: 100, ...settings })

    const slow = connected.adapter.queryRaw(SQL('SELECT SLEEP(0.5)')).catch(() => {})
    const error: unknown = await connected.adapter
      .queryRaw(SQL('SELECT 1'))
      .catch((reason: unknown) => reason)
    expect(classifyError(error)).toMatchObject({ kind: 'pool_timeout', wasSent: 'no' })
    await slow
  })
})
