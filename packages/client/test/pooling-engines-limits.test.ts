import {
  pgBouncerNote,
  runsPgBouncer,
  startPgBouncer,
  type PgBouncer,
} from '@oneprisma/engines/pgbouncer'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { classifyError } from '../src/classify-error.ts'
import { disconnect } from '../src/index.ts'
import type { RetryEvent } from '../src/retry.ts'
import { forgetSharedClients } from './fake-client.ts'
import { ForgetfulNetwork } from './forgetful-network.ts'
import { PooledDatabase, shareItems, type ItemClient } from './pooled-database.ts'

let database: PooledDatabase

describe.skipIf(!runsPgBouncer)(`what PgBouncer refuses${pgBouncerNote}`, () => {
  prepare()

  it('is told from a failure of the server: no connection of a client left', async () => {
    const bouncer = await start({ maxClients: 3 })
    const others = [await connected(bouncer), await connected(bouncer), await connected(bouncer)]
    const prisma = share(bouncer.url)

    const error = await errorOf(prisma.item.count())
    await Promise.all(others.map((client) => client.end()))

    expect(String(error)).toContain('no more connections allowed (max_client_conn)')
    expect(classifyError(error)).toEqual({
      kind: 'too_many_connections',
      isTransient: true,
      wasSent: 'no',
    })
    await expect.poll(() => prisma.item.count().catch(() => 'refused')).toBe(0)
  })

  it('is waited out by a retry, a write included, for nothing was sent', async () => {
    const bouncer = await start({ maxClients: 3 })
    const others = [await connected(bouncer), await connected(bouncer), await connected(bouncer)]
    const events: RetryEvent[] = []
    const onRetry = (event: RetryEvent): void => {
      events.push(event)
      for (const client of others.splice(0)) void client.end()
    }
    const prisma = share(bouncer.url, { retry: { onRetry } })

    await prisma.item.create({ data: { label: 'in the end' } })

    expect(events[0]).toMatchObject({ kind: 'too_many_connections', statement: 'unsent' })
    expect(await prisma.item.count()).toBe(1)
  })

  it('is told: no connection to the server came free in time', async () => {
    const bouncer = await start({ poolSize: 1, settings: { query_wait_timeout: '1' } })
    const holder = await connected(bouncer)
    await holder.query('BEGIN')
    const prisma = share(bouncer.url)

    const error = await errorOf(prisma.item.create({ data: { label: 'never' } }))
    await holder.query('ROLLBACK')

    expect(classifyError(error)).toEqual({ kind: 'pool_timeout', isTransient: true, wasSent: 'no' })
    expect(await prisma.item.count()).toBe(0)
  })

  it('is told: a statement that took longer than PgBouncer lets it', async () => {
    const bouncer = await start({ settings: { query_timeout: '1' } })
    const prisma = share(bouncer.url)

    const error = await errorOf(prisma.$queryRawUnsafe('SELECT pg_sleep(60)::text'))

    expect(classifyError(error)).toMatchObject({ kind: 'query_timeout', wasSent: 'unknown' })
  })

  it('is told: a connection to the server that broke under a statement', async () => {
    const between = new ForgetfulNetwork(database.url)
    onTestFinished(() => between.close())
    const bouncer = await start({ upstream: await between.listen() })
    const prisma = share(bouncer.url)
    await prisma.item.count()

    between.forget()
    const error = await errorOf(prisma.item.count())

    expect(String(error)).toContain('server conn crashed?')
    expect(classifyError(error)).toMatchObject({ kind: 'connection_lost', wasSent: 'unknown' })
    expect(await prisma.item.count()).toBe(0)
  })

  it.each([
    ['a password that is wrong', { password: 'wrong' }, 'authentication_failed'],
    ['a user that it does not know', { username: 'stranger' }, 'authentication_failed'],
    ['a database that is not there', { pathname: '/absent' }, 'database_missing'],
    ['a role with no connection left', { username: 'pooled_unwelcome' }, 'too_many_connections'],
  ])('is told: %s', async (_, change, kind) => {
    await createRole('pooled_unwelcome', 'CONNECTION LIMIT 0')
    const bouncer = await start({ users: { pooled_unwelcome: 'right' } })
    const url = Object.assign(new URL(bouncer.url), { password: 'right' }, change)
    if ('pathname' in change) url.password = new URL(bouncer.url).password

    const error = await errorOf(share(url.href).item.count())

    expect(classifyError(error)).toMatchObject({ kind, wasSent: 'no' })
  })

  it.each([
    ['statement_timeout', '', { statementTimeoutMs: 5_000 }],
    ['options', '?options=-c%20statement_timeout%3D5000', {}],
  ])(
    'is a setting of the session by name, before anything is sent: %s',
    async (name, query, pool) => {
      const bouncer = await start()

      const error = await errorOf(share(bouncer.url + query, { pool }).item.count())

      expect(String(error)).toContain(`unsupported startup parameter: ${name}`)
      expect(classifyError(error)).toEqual({ kind: 'other', isTransient: false, wasSent: 'no' })
    },
  )

  it('is forgotten where it is told to ignore it, while a setting of the role holds', async () => {
    const bouncer = await start({
      settings: { ignore_startup_parameters: 'statement_timeout' },
      users: { pooled_bounded: 'right' },
    })
    const ignored = share(bouncer.url, { pool: { statementTimeoutMs: 5_000 } })
    await createRole('pooled_bounded')
    await database.query(`ALTER ROLE pooled_bounded SET statement_timeout = '50ms'`)
    const url = Object.assign(new URL(bouncer.url), {
      username: 'pooled_bounded',
      password: 'right',
    })

    expect(await ignored.$queryRawUnsafe('SHOW statement_timeout')).toEqual([
      { statement_timeout: '0' },
    ])
    const error = await errorOf(share(url.href).$queryRawUnsafe('SELECT pg_sleep(60)::text'))
    expect(classifyError(error)).toMatchObject({ kind: 'statement_timeout' })
  })
})

describe.skipIf(!runsPgBouncer)(`what transaction mode does not keep${pgBouncerNote}`, () => {
  prepare()

  it('is a setting: SET reaches whoever gets the connection next, SET LOCAL only its transaction', async () => {
    const bouncer = await start({ poolSize: 1 })
    const [one, other] = [await connected(bouncer), await connected(bouncer)]

    await one.query(`SET lock_timeout = '7s'`)
    expect((await other.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '7s' }])
    await other.query('RESET lock_timeout')

    const prisma = share(bouncer.url)
    const inside = await prisma.$transaction(async (tx) => {
      await tx.$queryRawUnsafe(`SELECT set_config('lock_timeout', '3s', true)`)
      return tx.$queryRawUnsafe('SHOW lock_timeout')
    })
    expect(inside).toEqual([{ lock_timeout: '3s' }])
    expect((await one.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '0' }])
  })

  it('is an advisory lock of the session: two hold it, and it stays when both are gone', async () => {
    const bouncer = await start({ poolSize: 1 })
    const take = 'SELECT pg_try_advisory_lock(1) AS held'
    const [one, other] = [await connected(bouncer), await connected(bouncer)]

    const held = [(await one.query(take)).rows, (await other.query(take)).rows]
    await Promise.all([one.end(), other.end()])

    expect(held).toEqual([[{ held: true }], [{ held: true }]])
    expect(await database.query(take)).toEqual([{ held: false }])
  })

  it('is not an advisory lock of the transaction: that one holds', async () => {
    const bouncer = await start({ poolSize: 2 })
    const take = 'SELECT pg_try_advisory_xact_lock(2) AS held'
    const prisma = share(bouncer.url)

    const [inside, outside] = await prisma.$transaction(async (tx) => [
      await tx.$queryRawUnsafe(take),
      await prisma.$queryRawUnsafe(take),
    ])

    expect([inside, outside]).toEqual([[{ held: true }], [{ held: false }]])
    expect(await prisma.$queryRawUnsafe(take)).toEqual([{ held: true }])
  })

  it('is LISTEN: the notification goes to whoever uses the connection', async () => {
    const bouncer = await start({ poolSize: 1 })
    const [listener, other] = [await connected(bouncer), await connected(bouncer)]
    const heard: string[] = []
    listener.on('notification', () => heard.push('listener'))
    other.on('notification', () => heard.push('other'))

    await listener.query('LISTEN news')
    await other.query('BEGIN')
    await database.query(`NOTIFY news`)
    await other.query('COMMIT')

    expect(heard).toEqual(['other'])
  })

  it('is a named statement: another connection has another, or none', async () => {
    const bouncer = await start({ poolSize: 1 })
    const [one, other] = [await connected(bouncer), await connected(bouncer)]

    await one.query({ name: 'n', text: 'SELECT 1 AS one' })
    const error = await errorOf(other.query({ name: 'n', text: 'SELECT 2 AS two' }))

    expect(error).toMatchObject({ code: '42P05' })
  })
})

/** A database for a group of tests. What a test opens on it, it closes in the reverse order. */
function prepare(): void {
  beforeAll(async () => {
    database = await PooledDatabase.create()
  })
  afterAll(() => database[Symbol.asyncDispose]())
  beforeEach(async () => {
    forgetSharedClients()
    await database.query('TRUNCATE "Item"')
  })
}

async function start(
  options: Partial<Parameters<typeof startPgBouncer>[0]> = {},
): Promise<PgBouncer> {
  const bouncer = await startPgBouncer({ upstream: database.url, ...options })
  onTestFinished(() => bouncer.stop())
  return bouncer
}

function share(...[url, options]: Parameters<typeof shareItems>): ItemClient {
  const prisma = shareItems(url, { ...options, pool: { max: 2, ...options?.pool } })
  onTestFinished(() => disconnect(prisma))
  return prisma
}

async function createRole(name: string, options = ''): Promise<void> {
  await database.query(`CREATE ROLE ${name} LOGIN PASSWORD 'right' ${options}`)
  onTestFinished(async () => void (await database.query(`DROP ROLE ${name}`)))
}

/** A connection of `pg` alone, through the pooler. */
async function connected(bouncer: PgBouncer): Promise<pg.Client> {
  const client = new pg.Client(bouncer.url)
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('It did not fail.')
}
