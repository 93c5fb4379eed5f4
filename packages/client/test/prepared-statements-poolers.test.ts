import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import {
  pgBouncerNote,
  runsPgBouncer,
  startPgBouncer,
  type PgBouncer,
} from '@oneprisma/engines/pgbouncer'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { disconnect, status } from '../src/index.ts'
import type { PgPoolOptions } from '../src/pg.ts'
import { forgetSharedClients } from './fake-client.ts'
import { PooledDatabase, shareItems, type ItemClient } from './pooled-database.ts'

const NAMES = `SELECT count(*)::int AS count FROM pg_prepared_statements WHERE name LIKE 'oneprisma%'`

describe.skipIf(!runsPgBouncer)(`prepared statements and PgBouncer${pgBouncerNote}`, () => {
  let database: PooledDatabase
  let bouncer: PgBouncer
  beforeAll(async () => {
    database = await PooledDatabase.create()
    bouncer = await startPgBouncer({ upstream: database.url, poolSize: 2 })
  })
  afterAll(async () => {
    await bouncer.stop()
    await database[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    forgetSharedClients()
    await database.query('TRUNCATE "Item"')
  })

  function share(url: string, pool: PgPoolOptions = {}): ItemClient {
    const prisma = shareItems(url, { pool })
    onTestFinished(() => disconnect(prisma))
    return prisma
  }

  it('are none while many share a few connections, and nothing fails', async () => {
    const clients = Array.from({ length: 5 }, () => share(bouncer.url, { max: 4 }))

    const failures = await failuresOf(clients)

    expect(failures).toEqual([])
    expect(status(clients[0] ?? clients)).toMatchObject({ queries: { failed: 0 } })
    expect(await namesAtServer(bouncer.url)).toEqual(new Set([0]))
  })

  it('are there again on the direct path', async () => {
    const prisma = share(database.url, { max: 1 })

    await failuresOf([prisma])

    expect(await prisma.$queryRawUnsafe(NAMES)).toEqual([{ count: expect.toSatisfy(isSome) }])
  })

  it('are given up without a failure where a pooler is asked to keep them, and does not', async () => {
    const warnings: unknown[] = []
    const listen = (warning: Error): void => void warnings.push(Reflect.get(warning, 'code'))
    process.on('warning', listen)
    onTestFinished(() => void process.off('warning', listen))
    const clients = Array.from({ length: 3 }, () =>
      share(bouncer.url, { max: 4, preparedStatements: 'always' }),
    )

    const failures = await failuresOf(clients)

    expect(failures).toEqual([])
    await expect.poll(() => warnings).not.toEqual([])
    expect(new Set(warnings)).toEqual(new Set(['ONEPRISMA_STATEMENTS_UNNAMED']))
    expect(warnings.length).toBeLessThanOrEqual(clients.length)
  })

  it('follow each connection of a pool, wherever its network leads it', async () => {
    // Its connections to the server are new ones, on which nobody has left a name.
    const later = await startPgBouncer({ upstream: database.url })
    onTestFinished(() => later.stop())
    const network = await SwitchingNetwork.start(database.url)
    const prisma = share(network.url, { max: 2 })
    const named = async (): Promise<number[]> => {
      const both = [1, 2].map(() =>
        prisma.$transaction(async (tx) => {
          const [names] = await tx.$queryRawUnsafe<{ count: number }>(NAMES)
          // Until the other one has its connection too.
          await meeting.arrive()
          return names?.count ?? Number.NaN
        }),
      )
      const meeting = new Meeting(both.length)
      return (await Promise.all(both)).toSorted((one, other) => one - other)
    }
    await failuresOf([prisma])
    expect(await named()).toEqual([expect.toSatisfy(isSome), expect.toSatisfy(isSome)])

    // One connection is opened anew, and the other one stays.
    network.leadTo(later.url)
    network.breakOne()
    await expect.poll(() => status(prisma).pool?.total).toBe(1)
    expect(await failuresOf([prisma])).toEqual([])

    expect(await named()).toEqual([0, expect.toSatisfy(isSome)])

    network.leadTo(database.url)
    network.breakAll()
    await expect.poll(() => status(prisma).pool?.total).toBe(0)
    expect(await failuresOf([prisma])).toEqual([])
    expect(await named()).toEqual([expect.toSatisfy(isSome), expect.toSatisfy(isSome)])
  })

  /** What failed of a mix of reads and writes, many at once. */
  async function failuresOf(clients: readonly ItemClient[]): Promise<unknown[]> {
    const failures: unknown[] = []
    let label = 0
    const work = async (prisma: ItemClient): Promise<void> => {
      for (let round = 0; round < 10; round++) {
        const own = `${clients.indexOf(prisma)}-${label++}`
        await prisma.item.create({ data: { label: own } })
        await prisma.item.update({ where: { label: own }, data: { label: `${own}-new` } })
        const found = await prisma.item.findMany({ where: { label: `${own}-new` } })
        expect(found).toHaveLength(1)
        await prisma.item.count()
        await prisma.item.delete({ where: { label: `${own}-new` } })
      }
    }
    await Promise.all(
      clients.flatMap((prisma) =>
        [1, 2, 3, 4].map(() => work(prisma).catch((error: unknown) => failures.push(error))),
      ),
    )
    return failures
  }
})

/** How many names the connections have that a pooler has to the server. */
async function namesAtServer(url: string): Promise<Set<number>> {
  const counts = new Set<number>()
  const clients = await Promise.all(
    [1, 2].map(async () => {
      const client = new pg.Client(url)
      await client.connect()
      await client.query('BEGIN')
      const { rows } = await client.query<{ count: number }>(NAMES)
      counts.add(rows[0]?.count ?? Number.NaN)
      return client
    }),
  )
  await Promise.all(clients.map((client) => client.end()))
  return counts
}

function isSome(value: unknown): boolean {
  return typeof value === 'number' && value > 0
}

/** Where everybody waits until all are there. */
class Meeting {
  #missing: number
  readonly #all: Promise<void>
  #open: () => void = () => {}

  constructor(count: number) {
    this.#missing = count
    this.#all = new Promise((resolve) => {
      this.#open = resolve
    })
  }

  async arrive(): Promise<void> {
    if (--this.#missing === 0) this.#open()
    await this.#all
  }
}

/** A network that leads new connections elsewhere, as a name does after a failover. */
class SwitchingNetwork {
  readonly url: string
  readonly #server: Server
  readonly #open = new Set<() => void>()
  #target: URL

  private constructor(url: URL, server: Server) {
    this.#target = url
    this.#server = server
    const own = new URL(url)
    own.hostname = '127.0.0.1'
    // It listens on TCP, so that its address has a port.
    own.port = String((server.address() as AddressInfo).port)
    this.url = own.href
  }

  static async start(url: string): Promise<SwitchingNetwork> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const network = new SwitchingNetwork(new URL(url), server)
    server.on('connection', (client) => {
      const { hostname, port } = network.#target
      const upstream = connect(Number(port), hostname)
      const cut = (): void => {
        client.destroy()
        upstream.destroy()
        network.#open.delete(cut)
      }
      network.#open.add(cut)
      client.pipe(upstream)
      upstream.pipe(client)
      for (const end of [client, upstream]) {
        end.on('error', () => {})
        end.on('close', cut)
      }
    })
    onTestFinished(() => network.#end())
    return network
  }

  leadTo(url: string): void {
    this.#target = new URL(url)
  }

  breakOne(): void {
    for (const cut of this.#open) return cut()
  }

  breakAll(): void {
    for (const cut of this.#open) cut()
  }

  #end(): void {
    this.breakAll()
    this.#server.close()
  }
}
