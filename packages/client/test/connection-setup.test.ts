import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createRequire } from 'node:module'
import { pgBouncerNote, runsPgBouncer, startPgBouncer } from '@oneprisma/engines/pgbouncer'
import pg from 'pg'
import { afterEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { setUpConnections } from '../src/connection-setup.ts'
import { serverPathOf } from '../src/server-path.ts'

type Pg = typeof pg

const require = createRequire(import.meta.url)
const pg816: Pg = require('pg-8-16')
const pg820: Pg = require('pg-8-20')

const VERSIONS: Array<[string, Pg['Pool'], Pg['Client']]> = [
  ['pg 8.16.3 with pg-pool 3.10.1', require('pg-pool-3-10'), pg816.Client],
  ['pg 8.20.0', pg820.Pool, pg820.Client],
  ['the newest pg', pg.Pool, pg.Client],
]
const SETTINGS = { max: 100, inTransactions: false }
const QUESTION = 'pg_backend_pid'

describe.each(VERSIONS)('serverPathOf on %s', (_, _Pool, Client) => {
  async function pathOf(url: string): Promise<string> {
    const client = new Client(url)
    await client.connect()
    try {
      return await serverPathOf(client)
    } finally {
      await client.end()
    }
  }

  it('knows the server itself, also through what only passes bytes on', async () => {
    const network = await Network.start((client, server, bytes) => void server.write(bytes))

    expect(await pathOf(inject('databaseUrl'))).toBe('direct')
    expect(await pathOf(network.url)).toBe('direct')
  })

  it.runIf(runsPgBouncer).each(['transaction', 'session', 'statement'] as const)(
    `knows a PgBouncer in %s mode${pgBouncerNote}`,
    async (poolMode) => {
      const bouncer = await startPgBouncer({ upstream: inject('databaseUrl'), poolMode })
      onTestFinished(() => bouncer.stop())

      expect(await pathOf(bouncer.url)).toBe('pooled')
    },
  )
})

describe('serverPathOf', () => {
  const refusing = (members: object) => ({
    processID: 1,
    query: () => Promise.reject(Object.assign(new Error('refused'), members)),
  })

  it.each([
    ['a function that it does not have', { severity: 'ERROR', code: '42883' }],
    ['a time limit', { severity: 'FEHLER', code: '57014' }],
  ])('does not know a server that answers with %s', async (_, members) => {
    expect(await serverPathOf(refusing(members))).toBe('unknown')
  })

  it.each([
    ['the server that it ends', { severity: 'FATAL', code: '57P01' }],
    ['the pooler that nobody is free', { severity: 'FATAL', code: '08P01' }],
    ['the system that it is broken', { code: 'EPIPE' }],
    ['pg that it gave up', {}],
  ])('fails with a connection that does not last, as told by %s', async (_, members) => {
    await expect(serverPathOf(refusing(members))).rejects.toThrow('refused')
  })

  it('takes whoever tells no process for a pooler', async () => {
    const client = { processID: null, query: async () => ({ rows: [{ pid: 0 }] }) }

    expect(await serverPathOf(client)).toBe('pooled')
  })
})

describe.each(VERSIONS)('setUpConnections on %s', (_, Pool, Client) => {
  afterEach(() => void vi.useRealTimers())

  function poolOf(url: string, timeoutMs = 60_000, mode: 'auto' | 'always' = 'auto'): pg.Pool {
    const verify = setUpConnections(mode, SETTINGS, timeoutMs)
    const pool = new Pool({ connectionString: url, max: 1, Client, verify })
    onTestFinished(() => pool.end())
    return pool
  }

  it('leaves no listener and no timer behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const bare = new Pool({ connectionString: inject('databaseUrl'), max: 1, Client })
    const pool = poolOf(inject('databaseUrl'))

    const [one, other] = [await bare.connect(), await pool.connect()]

    expect(vi.getTimerCount()).toBe(0)
    expect(other.listenerCount('error')).toBe(one.listenerCount('error'))
    one.release()
    other.release()
    await bare.end()
  })

  it('asks once for each connection, and not at all where names are wanted in any case', async () => {
    const asked: string[] = []
    const network = await Network.start((client, server, bytes) => {
      if (bytes.includes(QUESTION)) asked.push(QUESTION)
      server.write(bytes)
    })

    for (const mode of ['auto', 'always'] as const) {
      const pool = poolOf(network.url, undefined, mode)
      for (let count = 0; count < 3; count++) await pool.query('SELECT 1')
    }

    expect(asked).toEqual([QUESTION])
  })

  it('hands out a connection that does not answer in time, and sends what comes when it does', async () => {
    let answer = (): void => {}
    const network = await Network.start((client, server, bytes) => {
      if (bytes.includes(QUESTION)) answer = () => void server.write(bytes)
      else server.write(bytes)
    })
    const pool = poolOf(network.url, 50)

    const client = await pool.connect()
    const sent = client.query<{ one: number }>('SELECT 1 AS one')
    answer()

    expect((await sent).rows).toEqual([{ one: 1 }])
    client.release()
    expect(pool.totalCount).toBe(1)
  })

  it('hands out no connection that breaks meanwhile, and opens another the next time', async () => {
    let breaks = 1
    const network = await Network.start((client, server, bytes) => {
      if (bytes.includes(QUESTION) && breaks-- > 0) client.resetAndDestroy()
      else server.write(bytes)
    })
    const pool = poolOf(network.url)

    await expect(pool.query('SELECT 1')).rejects.toThrow(/ECONNRESET|terminated/)

    await expect.poll(() => pool.totalCount).toBe(0)
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })

  it('hands out a connection that would not tell, and names nothing on it', async () => {
    const network = await Network.start((client, server, bytes) => {
      const text = bytes.toString('latin1').replace(QUESTION, 'nobody_knows_m')
      server.write(Buffer.from(text, 'latin1'))
    })
    const pool = poolOf(network.url)
    const text = 'SELECT "pg_catalog"."pg_type"."oid" FROM "pg_catalog"."pg_type" LIMIT $1'

    for (let count = 0; count < 3; count++) {
      expect((await pool.query({ text, values: [1], rowMode: 'array' })).rows).toHaveLength(1)
    }

    expect((await pool.query('SELECT FROM pg_prepared_statements')).rowCount).toBe(0)
  })
})

type Pass = (client: Socket, server: Socket, bytes: Buffer) => void

/** A network between a client and the server, which decides what becomes of what the client sends. */
class Network {
  readonly url: string

  private constructor(url: string) {
    this.url = url
  }

  static async start(pass: Pass): Promise<Network> {
    const { hostname, port } = new URL(inject('databaseUrl'))
    const server = createServer((client) => {
      const upstream = connect(Number(port), hostname)
      client.on('data', (bytes: Buffer) => pass(client, upstream, bytes))
      upstream.on('data', (bytes) => client.write(bytes))
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        one.on('error', () => {})
        one.on('close', () => other.destroy())
      }
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const url = new URL(inject('databaseUrl'))
    // It listens on TCP, so that its address has a port.
    url.port = String((server.address() as AddressInfo).port)
    return new Network(url.href)
  }
}
