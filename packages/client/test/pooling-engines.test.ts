import { readFileSync } from 'node:fs'
import {
  pgBouncerNote,
  runsPgBouncer,
  startPgBouncer,
  type PgBouncer,
} from '@oneprisma/engines/pgbouncer'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { withRequestContext } from '../src/context.ts'
import { checkHealth } from '../src/health.ts'
import { disconnect, drain, status } from '../src/index.ts'
import type { RetryEvent } from '../src/retry.ts'
import { snapshot, telemetry } from '../src/telemetry.ts'
import { forgetSharedClients } from './fake-client.ts'
import { PooledDatabase, shareItems, type ItemClient } from './pooled-database.ts'

const POOL_SIZE = 10
const CLIENTS = 200
// Of this machine, not of PgBouncer.
const PLACES = ['listen_addr', 'listen_port', 'auth_file']

describe.skipIf(!runsPgBouncer)(`PgBouncer in transaction mode${pgBouncerNote}`, () => {
  let database: PooledDatabase
  let bouncer: PgBouncer

  /** Starts one with the settings of docs/pooling.md, but for these. */
  const start = (upstream: string, settings: Readonly<Record<string, string>>) =>
    startPgBouncer({
      upstream,
      settings: { ...documentedSettings(), max_db_connections: `${POOL_SIZE}`, ...settings },
    })

  beforeAll(async () => {
    database = await PooledDatabase.create()
    bouncer = await start(database.url, {
      max_client_conn: '50',
      default_pool_size: `${POOL_SIZE}`,
    })
  })
  afterAll(async () => {
    await bouncer.stop()
    await database[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    forgetSharedClients()
    await database.query('TRUNCATE "Item"')
  })

  it('carries reads and writes, nested ones included', async () => {
    const prisma = shareItems(bouncer.url)

    await prisma.item.create({
      data: { label: 'root', members: { create: [{ label: 'one' }, { label: 'two' }] } },
    })
    await prisma.item.update({ where: { label: 'one' }, data: { label: 'first' } })
    await prisma.item.delete({ where: { label: 'two' } })

    const items = await prisma.item.findMany({ orderBy: { id: 'asc' } })
    expect(items.map(({ label }) => label)).toEqual(['root', 'first'])
    expect(items[1]?.parentId).toBe(items[0]?.id)
    await disconnect(prisma)
  })

  it('keeps a nested write whole where a part of it fails', async () => {
    const prisma = shareItems(bouncer.url)
    const members = { create: [{ label: 'same' }, { label: 'same' }] }

    await expect(prisma.item.create({ data: { label: 'root', members } })).rejects.toMatchObject({
      code: 'P2002',
    })

    expect(await prisma.item.count()).toBe(0)
    await disconnect(prisma)
  })

  it('commits an interactive transaction, and rolls it back', async () => {
    const prisma = shareItems(bouncer.url)

    const counted = await prisma.$transaction(async (tx) => {
      await tx.item.create({ data: { label: 'kept' } })
      return [await tx.item.count(), await prisma.item.count()]
    })
    const failed = prisma.$transaction(async (tx) => {
      await tx.item.create({ data: { label: 'dropped' } })
      throw new Error('changed its mind')
    })

    await expect(failed).rejects.toThrow('changed its mind')
    expect(counted).toEqual([1, 0])
    expect(await prisma.item.findMany()).toMatchObject([{ label: 'kept' }])
    await disconnect(prisma)
  })

  it('keeps each of many transactions on one connection of the server', async () => {
    const prisma = shareItems(bouncer.url, { pool: { max: 30 } })

    const seen = await Promise.all(
      Array.from({ length: 30 }, async (_, index) =>
        prisma.$transaction(async (tx) => {
          const before = await sessionOf(tx)
          await tx.item.create({ data: { label: `${index}` } })
          return [
            before,
            await sessionOf(tx),
            await tx.item.count({ where: { label: `${index}` } }),
          ]
        }),
      ),
    )

    expect(seen.filter(([before, after, own]) => before !== after || own !== 1)).toEqual([])
    expect(new Set(seen.map(([session]) => session)).size).toBeLessThanOrEqual(POOL_SIZE)
    expect(await prisma.item.count()).toBe(30)
    await disconnect(prisma)
  })

  it('tells of a value that is there already as the server does', async () => {
    const prisma = shareItems(bouncer.url)
    await prisma.item.create({ data: { label: 'twice' } })

    const failed = prisma.item.create({ data: { label: 'twice' } })

    await expect(failed).rejects.toMatchObject({ code: 'P2002' })
    await disconnect(prisma)
  })

  it('puts 200 connections of clients on a pool of 10, and answers all', async () => {
    const empty = await PooledDatabase.create()
    onTestFinished(() => empty[Symbol.asyncDispose]())
    const crowded = await start(empty.url, {
      max_client_conn: `${CLIENTS + 50}`,
      default_pool_size: `${POOL_SIZE}`,
      query_wait_timeout: '60',
    })
    onTestFinished(() => crowded.stop())
    const clients = Array.from({ length: 8 }, () =>
      shareItems(crowded.url, { pool: { max: CLIENTS / 8, acquireTimeoutMs: 60_000 } }),
    )
    const unlock = await empty.lock()

    const counts = clients.flatMap((prisma) =>
      Array.from({ length: CLIENTS / 8 }, async () => prisma.item.count()),
    )
    await expect
      .poll(() => poolOf(crowded, empty), { timeout: 20_000 })
      .toMatchObject({
        cl_active: POOL_SIZE,
        cl_waiting: CLIENTS - POOL_SIZE,
        sv_active: POOL_SIZE,
      })
    const sessions = await empty.sessions()
    await unlock()

    expect(await Promise.all(counts)).toEqual(Array.from({ length: CLIENTS }, () => 0))
    expect(sessions).toBe(POOL_SIZE)
    expect(clients.map((prisma) => status(prisma).pool?.total)).toEqual(
      clients.map(() => CLIENTS / 8),
    )
    await Promise.all(clients.map((prisma) => disconnect(prisma)))
  })

  it('lets a drain finish what is open, and leaves no connection to it', async () => {
    const prisma = shareItems(bouncer.url)
    let begun = (): void => {}
    const hasBegun = new Promise<void>((resolve) => (begun = resolve))
    let goOn = (): void => {}
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve))
    const open = prisma.$transaction(async (tx) => {
      await tx.item.create({ data: { label: 'before' } })
      begun()
      await mayGoOn
      return tx.item.create({ data: { label: 'after' } })
    })
    await hasBegun

    const drained = drain(prisma)
    const refused = Promise.resolve().then(() => prisma.item.count())
    await expect(refused).rejects.toMatchObject({ code: 'DRAINED' })
    goOn()
    await Promise.all([open, drained])

    await expect
      .poll(() => poolOf(bouncer, database))
      .toMatchObject({ cl_active: 0, cl_waiting: 0 })
    expect(await database.query('SELECT label FROM "Item" ORDER BY id')).toEqual([
      { label: 'before' },
      { label: 'after' },
    ])
  })

  it('answers a health check by a query of the server', async () => {
    const prisma = shareItems(bouncer.url)

    expect(await checkHealth(prisma)).toMatchObject({ state: 'ready', failuresInARow: 0 })

    await bouncer.query(`PAUSE ${database.name}`)
    expect(await checkHealth(prisma, { timeoutMs: 50, failureThreshold: 1 })).toMatchObject({
      state: 'unavailable',
      reason: 'TIMEOUT',
    })
    await bouncer.query(`RESUME ${database.name}`)
    await expect
      .poll(async () => (await checkHealth(prisma, { timeoutMs: 5_000 })).state)
      .toBe('ready')
    await disconnect(prisma)
  })

  it('shows the server who asked, by name and by comment, whoever used the connection before', async () => {
    const own = 'SELECT application_name, query FROM pg_stat_activity WHERE pid = pg_backend_pid()'
    const clients = ['shop', 'billing'].map((app) =>
      shareItems(bouncer.url, {
        pool: { applicationName: app, max: 1 },
        share: { telemetry: telemetry({ log: false, comments: { app } }) },
      }),
    )
    const ask = async (prisma: ItemClient, requestId: string) =>
      withRequestContext({ requestId }, () =>
        prisma.$queryRawUnsafe<{ application_name: string; query: string }>(own),
      )

    const rows = [
      ...(await ask(at(clients, 0), 'r1')),
      ...(await ask(at(clients, 1), 'r2')),
      ...(await ask(at(clients, 0), 'r3')),
    ]

    expect(rows.map(({ application_name: name }) => name)).toEqual(['shop', 'billing', 'shop'])
    expect(rows.map(({ query }) => /request_id='(\w+)'/.exec(query)?.[1])).toEqual([
      'r1',
      'r2',
      'r3',
    ])
    expect(snapshot(at(clients, 0))?.statements).toMatchObject([
      { verb: 'SELECT', error: undefined, duration: { count: 2 } },
    ])
    await Promise.all(clients.map((prisma) => disconnect(prisma)))
  })

  it('repeats a read whose session of the server was ended', async () => {
    const events: RetryEvent[] = []
    const prisma = shareItems(bouncer.url, { retry: { onRetry: (event) => events.push(event) } })
    await prisma.item.create({ data: { label: 'there' } })
    const unlock = await database.lock()

    const count = (async () => prisma.item.count())()
    await expect
      .poll(() =>
        database.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        ),
      )
      .toHaveLength(1)
    await unlock()

    expect(await count).toBe(1)
    expect(events).toMatchObject([{ kind: 'server_shutdown', statement: 'read' }])
    await disconnect(prisma)
  })
})

function documentedSettings(): Readonly<Record<string, string>> {
  const page = readFileSync(new URL('../../../docs/pooling.md', import.meta.url), 'utf8')
  const [, section = ''] = /```ini\n[^]*?\[pgbouncer\]\n([^]*?)```/.exec(page) ?? []
  const settings = [...section.matchAll(/^(\w+) = (.+)$/gm)]
  if (settings.length < 5) throw new Error('docs/pooling.md has no settings of PgBouncer.')
  return Object.fromEntries(
    settings
      .map(([, name = '', value = '']) => [name, value] as const)
      .filter(([name]) => !PLACES.includes(name)),
  )
}

async function sessionOf(tx: ItemClient): Promise<number | undefined> {
  const [row] = await tx.$queryRawUnsafe<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return row?.pid
}

async function poolOf(
  bouncer: PgBouncer,
  database: PooledDatabase,
): Promise<Record<string, unknown> | undefined> {
  const pools = await bouncer.query('SHOW POOLS')
  return pools.find((pool) => pool['database'] === database.name)
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index]
  if (item === undefined) throw new Error(`There is no item ${index}.`)
  return item
}
