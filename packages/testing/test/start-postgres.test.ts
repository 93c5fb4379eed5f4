import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createConnection } from 'node:net'
import { networkInterfaces } from 'node:os'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type EmbeddedPostgres } from '../src/start-postgres.ts'
import { query } from './query.ts'
import { isRunning } from './running.ts'

let postgres: EmbeddedPostgres

beforeAll(async () => {
  postgres = await startPostgres({ maxConnections: 17, settings: { work_mem: '5MB' } })
})
afterAll(() => postgres.stop())

describe('startPostgres', () => {
  it('applies its options, and stores nothing durably', async () => {
    const settings = await query(
      postgres.url,
      `SELECT name, current_setting(name) AS value FROM pg_settings WHERE name IN
       ('max_connections', 'work_mem', 'fsync', 'TimeZone', 'lc_messages') ORDER BY name`,
    )

    expect(settings).toEqual([
      { name: 'TimeZone', value: 'UTC' },
      { name: 'fsync', value: 'off' },
      { name: 'lc_messages', value: 'C' },
      { name: 'max_connections', value: '17' },
      { name: 'work_mem', value: '5MB' },
    ])
  })

  it('makes databases in UTF-8 that sort by code point and know upper and lower case', async () => {
    const answers = await query(
      postgres.url,
      `SELECT pg_encoding_to_char(encoding) AS encoding, 'É' ILIKE 'é' AS "knowsCase",
              (SELECT string_agg(name, '' ORDER BY name) FROM unnest(ARRAY['a','É','B','Z']) name) AS sorted
       FROM pg_database WHERE datname = current_database()`,
    )

    expect(answers).toEqual([{ encoding: 'UTF8', knowsCase: true, sorted: 'BZaÉ' }])
  })

  it('refuses a wrong password and keeps the right one as a SCRAM secret', async () => {
    const url = new URL(postgres.url)
    url.password = 'wrong'

    await expect(query(url.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
    expect(
      await query(postgres.url, 'SELECT left(rolpassword, 13) AS secret FROM pg_authid'),
    ).toContainEqual({ secret: 'SCRAM-SHA-256' })
  })

  it('listens on 127.0.0.1 alone and makes no socket file', async () => {
    const settings = await query(
      postgres.url,
      `SELECT current_setting('listen_addresses') AS addresses,
              current_setting('unix_socket_directories') AS sockets`,
    )

    expect(settings).toEqual([{ addresses: '127.0.0.1', sockets: '' }])
    const { port } = new URL(postgres.url)
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ address }) => address !== '127.0.0.1')
    const attempts = await Promise.allSettled(
      others.map(({ address }) => connect(address, Number(port))),
    )
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toEqual([])
  })

  it('runs two servers at once', async () => {
    await using second = await startPostgres()

    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(second.url).not.toBe(postgres.url)
  })

  it('stops once, however often it is asked to', async () => {
    const { pid, folder, stop, url } = await startPostgres()

    const stopping = stop()
    expect(stop()).toBe(stopping)
    await stopping

    expect(stop()).toBe(stopping)
    expect(isRunning(pid)).toBe(false)
    expect(existsSync(folder)).toBe(false)
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('stops while clients are connected and idle', async () => {
    const { pid, stop, url } = await startPostgres()
    const client = new pg.Client({ connectionString: url })
    const broken: Error[] = []
    client.on('error', (error) => broken.push(error))
    await client.connect()

    await stop()

    expect(broken[0]).toMatchObject({ code: '57P01' })
    expect(isRunning(pid)).toBe(false)
  })

  it('stops at the end of an `await using` block', async () => {
    let pid = 0
    {
      await using inner = await startPostgres()
      pid = inner.pid
    }

    expect(isRunning(pid)).toBe(false)
  })
})

describe('startPostgres refuses', () => {
  it('settings that the server refuses, with the words of the server', async () => {
    const starting = startPostgres({ settings: { shared_buffers: 'plenty' } })

    await expect(starting).rejects.toMatchObject({
      name: 'TestingError',
      code: 'POSTGRES_DID_NOT_START',
      message: expect.stringMatching(/invalid value for parameter "shared_buffers".*DATABASE_URL/),
    })
  })

  it.each([
    ['a number of connections that is none', { maxConnections: 0 }],
    ['a setting that it chooses itself', { settings: { port: '5432' } }],
    ['a second way to give the number of connections', { settings: { max_connections: '5' } }],
    ['the name of a setting that is none', { settings: { 'a b': 'c' } }],
  ])('%s', async (_case, options) => {
    await expect(startPostgres(options)).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })
})

describe('createDatabase', () => {
  it('creates an empty database and returns where it is', async () => {
    const url = await postgres.createDatabase('orders-"test" é@:')

    expect(await query(url, 'SELECT current_database() AS name')).toEqual([
      { name: 'orders-"test" é@:' },
    ])
  })

  it.each([
    ['an empty name', ''],
    ['a name that Postgres would cut off', 'é'.repeat(32)],
    ['a name with a zero byte', 'a\0b'],
    ['a name that would be a part of the connection string', 'a?host=elsewhere'],
    ['a name that would be a path', '..'],
    ['a name that would be decoded', 'a%41'],
  ])('refuses %s', async (_case, name) => {
    await expect(postgres.createDatabase(name)).rejects.toMatchObject({
      code: 'DATABASE_NAME_INVALID',
    })
  })

  it('passes an error of the server through', async () => {
    await postgres.createDatabase('twice')

    await expect(postgres.createDatabase('twice')).rejects.toMatchObject({ code: '42P04' })
  })
})

async function connect(host: string, port: number): Promise<void> {
  const socket = createConnection({ host, port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(2_000) })
  } finally {
    socket.destroy()
  }
}
