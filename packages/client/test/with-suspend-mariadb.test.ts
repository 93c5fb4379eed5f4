import { execFileSync } from 'node:child_process'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { attachDatabasePool } from '@vercel/functions'
import mariadb from 'mariadb'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { withSuspend, type SuspendOptions } from '../src/with-suspend.ts'
import { mariaDbNote, runsMariaDb, startMariaDb, type MariaDb } from './start-mariadb.ts'

const sql = (text: string) => ({ sql: text, args: [], argTypes: [] })
const ID = sql('SELECT CONNECTION_ID()')

// Ends every session but its own and waits until they are gone, in a process of its own.
const KILL = `
  import mariadb from 'mariadb'
  const [port] = process.argv.slice(1)
  const admin = await mariadb.createConnection({ host: '127.0.0.1', port, user: 'root' })
  const others = 'SELECT id FROM information_schema.processlist WHERE user = "root" AND id <> CONNECTION_ID()'
  for (const { id } of await admin.query(others)) await admin.query('KILL ' + id)
  while ((await admin.query(others)).length > 0);
  await admin.end()
`

describe.skipIf(!runsMariaDb)(`withSuspend on a pool of mariadb${mariaDbNote}`, () => {
  let server: MariaDb
  // Where it could not be started, that is the error to show.
  let stop = async (): Promise<void> => {}
  beforeAll(async () => {
    server = await startMariaDb()
    stop = server.stop
  })
  afterAll(() => stop())

  async function connect(options: SuspendOptions) {
    const { host, port, user } = server
    const pool = mariadb.createPool({
      host,
      port,
      user,
      connectionLimit: 3,
      // With none, the pool of mariadb opens no connection at all.
      minimumIdle: 1,
      idleTimeout: 1,
    })
    const factory = new PrismaMariaDb(pool, { disposeExternalPool: true })
    const adapter = await withSuspend(factory, options).connect()
    return { adapter, pool }
  }

  /** Opens as many connections as the pool may have, and leaves none of them half open. */
  async function openAll({ queryRaw }: Awaited<ReturnType<typeof connect>>['adapter']) {
    const id = sql('SELECT CONNECTION_ID() + 0 * SLEEP(0.2)')
    const answers = await Promise.all([1, 2, 3].map(() => queryRaw(id)))
    return answers.map(({ rows }) => String(rows[0]))
  }

  // A connection that the driver opens while its pool is closed is one whose end nobody handles.
  async function close(adapter: Awaited<ReturnType<typeof connect>>['adapter']): Promise<void> {
    await openAll(adapter)
    await adapter.dispose()
  }

  it('keeps the instance until the driver has closed what was idle, down to its minimum', async () => {
    const waits: Array<Promise<void>> = []
    const { adapter, pool } = await connect({
      idleTimeoutMs: 1_000,
      waitUntil: (task) => waits.push(task),
    })
    await openAll(adapter)
    expect(pool.totalConnections()).toBe(3)

    await Promise.all(waits)

    expect(waits).toHaveLength(1)
    expect(pool.totalConnections()).toBe(1)
    await close(adapter)
  })

  it('waits after a transaction too, and no longer than the client is open', async () => {
    const waits: Array<Promise<void>> = []
    const { adapter } = await connect({
      idleTimeoutMs: 1_000_000,
      waitUntil: (task) => waits.push(task),
    })
    const transaction = await adapter.startTransaction()
    await transaction.executeRaw(sql('DO 1'))
    expect(waits).toHaveLength(0)

    await transaction.commit()
    expect(waits).toHaveLength(1)
    await close(adapter)
    await Promise.all(waits)
  })

  it('waits although attachDatabasePool does not know the pool', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const waits: Array<Promise<void>> = []
    const { adapter, pool } = await connect({
      attachDatabasePool,
      waitUntil: (task) => waits.push(task),
    })
    // Its type says that it would.
    expect(() => attachDatabasePool(pool as never)).toThrow('Unsupported')

    await adapter.queryRaw(ID)

    expect(waits).toHaveLength(1)
    expect(warned).toHaveBeenCalledOnce()
    warned.mockRestore()
    await close(adapter)
  })

  it('runs the first read and the first write after a freeze in which every session was ended', async () => {
    const { adapter } = await connect({ idleTimeoutMs: 1_000 })
    const before = await openAll(adapter)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })

    const args = ['--input-type=module', '-e', KILL, String(server.port)]
    execFileSync(process.execPath, args, { cwd: import.meta.dirname })
    vi.setSystemTime(Date.now() + 1_000)
    const [written, read] = await Promise.all([
      adapter.executeRaw(sql('CREATE DATABASE thawed')),
      adapter.queryRaw(ID),
    ])

    expect(written).toBe(1)
    expect(before).not.toContain(String(read.rows[0]))
    vi.useRealTimers()
    await close(adapter)
  })
})
