import { readFileSync } from 'node:fs'
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { PrismaPg as PrismaPg616 } from 'prisma-adapter-pg-6-16'
import { PrismaPg as PrismaPg619 } from 'prisma-adapter-pg-6-19'
import { PrismaPg as PrismaPg70 } from 'prisma-adapter-pg-7-0'
import { PrismaPg as PrismaPg710 } from '@prisma/adapter-pg'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { classifyError, type ErrorClass } from '../src/classify-error.ts'
import { drain, sharePrisma } from '../src/index.ts'
import { pgPool, type PgPoolOptions } from '../src/pg.ts'
import { fakeClient } from './fake-client.ts'
import { getPrismaClientClass as client616 } from './prisma-versions/client-6-16.ts'
import { getPrismaClientClass as client619 } from './prisma-versions/client-6-19.ts'
import { getPrismaClientClass as client70 } from './prisma-versions/client-7-0.ts'
import { getPrismaClientClass as client710 } from './prisma-versions/client-7-10.ts'

/** The part of the generated clients that the tests use, alike in every version. */
interface Client {
  readonly item: {
    create(args: { data: { label: string } }): Promise<unknown>
    count(): Promise<number>
  }
  $executeRawUnsafe(sql: string): Promise<number>
  $queryRawUnsafe(sql: string): Promise<unknown>
  $transaction<Result>(
    run: (tx: Client) => Promise<Result>,
    options?: { maxWait?: number; timeout?: number },
  ): Promise<Result>
  $disconnect(): Promise<void>
}

type ClientClass = new (options: object) => Client
type AdapterClass = new (config: object, options?: object) => object

const VERSIONS: Array<[version: string, client: (folder: string) => unknown, adapter: unknown]> = [
  ['6.16', client616, PrismaPg616],
  ['6.19', client619, PrismaPg619],
  ['7.0', client70, PrismaPg70],
  ['7.10', client710, PrismaPg710],
]

let closed: string
let silent: Endpoint
let starting: Endpoint
let severed: Endpoint

beforeAll(async () => {
  await sql(`
    SET password_encryption = 'scram-sha-256';
    CREATE ROLE classified LOGIN PASSWORD 'right';
    CREATE ROLE unwelcome LOGIN PASSWORD 'right' CONNECTION LIMIT 0;
    CREATE SCHEMA classified;
    CREATE TABLE classified."Item" (id serial PRIMARY KEY, label text UNIQUE NOT NULL, "parentId" int)`)
  const gone = await Endpoint.open(() => {})
  closed = gone.url()
  await gone.close()
  silent = await Endpoint.open(() => {})
  // What a server says to newcomers while it recovers.
  starting = await Endpoint.open((socket) => {
    socket.once('data', () => socket.end(errorResponse('57P03')))
  })
  // Hands on everything but a query that has this word in it, on which the line goes dead.
  severed = await Endpoint.open((socket) => {
    const { hostname, port } = new URL(inject('databaseUrl'))
    const server = connect(Number(port), hostname)
    server.on('error', () => {}).pipe(socket)
    socket.on('close', () => server.destroy())
    socket.on('data', (chunk) => {
      if (chunk.includes('severed')) socket.resetAndDestroy()
      else server.write(chunk)
    })
  })
})
afterAll(async () => {
  for (const endpoint of [silent, starting, severed]) await endpoint.close()
  await sql('DROP SCHEMA classified CASCADE; DROP ROLE classified, unwelcome')
})

describe.each(VERSIONS)('classifyError on Prisma %s', (_, getClass, Adapter) => {
  it('tells a port where nobody listens', async () => {
    expect(await classOf({ url: closed }, count)).toMatchObject({
      kind: 'connection_refused',
      wasSent: 'no',
    })
  })

  it('tells a server that does not answer a connection', async () => {
    const server = { url: silent.url(), options: { acquireTimeoutMs: 50 } }
    expect(await classOf(server, count)).toMatchObject({
      kind: 'connection_timeout',
      wasSent: 'no',
    })
  })

  it('tells a line that goes dead under a query', async () => {
    expect(
      await classOf({ url: severed.url() }, (prisma) => prisma.$queryRawUnsafe(`SELECT 'severed'`)),
    ).toMatchObject({ kind: 'connection_lost', wasSent: 'unknown' })
  })

  it('tells a session that the server ends', async () => {
    expect(
      await classOf({}, (prisma) =>
        prisma.$queryRawUnsafe('SELECT pg_terminate_backend(pg_backend_pid())'),
      ),
    ).toMatchObject({ kind: 'server_shutdown', wasSent: 'unknown' })
  })

  it('tells a server that is starting', async () => {
    expect(await classOf({ url: starting.url() }, count)).toMatchObject({
      kind: 'server_starting',
      wasSent: 'no',
    })
  })

  it('tells a pool that has no connection left', async () => {
    const small = { options: { max: 1, acquireTimeoutMs: 50 } }
    expect(
      await classOf(small, (prisma) => prisma.$transaction(async () => prisma.item.count())),
    ).toMatchObject({ kind: 'pool_timeout', wasSent: 'no' })
  })

  it('tells a server that has no connection left', async () => {
    expect(await classOf({ url: as('unwelcome') }, count)).toMatchObject({
      kind: 'too_many_connections',
      wasSent: 'no',
    })
  })

  it('tells a database that may only be read', async () => {
    const url = changed((to) => {
      to.searchParams.set('options', '-c default_transaction_read_only=on')
    })
    expect(
      await classOf({ url }, (prisma) => prisma.item.create({ data: { label: 'refused' } })),
    ).toMatchObject({ kind: 'read_only', wasSent: 'yes' })
  })

  it.each([
    ['40001', 'serialization_failure'],
    ['40P01', 'deadlock'],
    ['55P03', 'lock_timeout'],
    ['57014', 'statement_timeout'],
    ['23514', 'constraint_violation'],
    ['42601', 'other'],
  ] as const)('tells SQLSTATE %s, %s', async (code, kind) => {
    const raise = `DO $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = '${code}'; END $$`
    expect(await classOf({}, (prisma) => prisma.$executeRawUnsafe(raise))).toMatchObject({ kind })
  })

  it('tells a query that was given up here', async () => {
    const server = { options: { queryTimeoutMs: 50, statementTimeoutMs: 1_000 } }
    expect(
      await classOf(server, (prisma) => prisma.$queryRawUnsafe('SELECT pg_sleep(60)')),
    ).toMatchObject({ kind: 'query_timeout', wasSent: 'unknown' })
  })

  it('tells a transaction that could not begin in time', async () => {
    expect(
      await classOf({ options: { max: 1 } }, (prisma) => {
        const short = { maxWait: 50, timeout: 200 }
        return prisma.$transaction(() => prisma.$transaction(async () => 'inner', short), short)
      }),
    ).toMatchObject({ kind: 'transaction_not_started', wasSent: 'no' })
  })

  it('tells a transaction that was closed', async () => {
    expect(
      await classOf({}, async (prisma) => {
        let leaked: Client | undefined
        await prisma.$transaction(async (tx) => {
          leaked = tx
        })
        return leaked?.item.count()
      }),
    ).toMatchObject({ kind: 'transaction_closed' })
  })

  it('tells a password that is wrong', async () => {
    const url = as('classified', 'wrong')
    expect(await classOf({ url }, count)).toMatchObject({
      kind: 'authentication_failed',
      wasSent: 'no',
    })
  })

  it('tells a password that is empty', async () => {
    const server = { url: as('classified'), options: { password: () => '' } }
    expect(await classOf(server, count)).toMatchObject({
      kind: 'authentication_failed',
      wasSent: 'no',
    })
  })

  it('tells a database that is not there', async () => {
    const url = changed((to) => {
      to.pathname = '/absent'
    })
    expect(await classOf({ url }, count)).toMatchObject({ kind: 'database_missing', wasSent: 'no' })
  })

  it('tells a server that speaks no TLS', async () => {
    const url = changed((to) => to.searchParams.set('sslmode', 'require'))
    expect(await classOf({ url }, count)).toMatchObject({ kind: 'tls_failed', wasSent: 'no' })
  })

  it('tells a value that is there already', async () => {
    expect(
      await classOf({}, async (prisma) => {
        await prisma.item.create({ data: { label: 'twice' } })
        return prisma.item.create({ data: { label: 'twice' } })
      }),
    ).toMatchObject({ kind: 'constraint_violation', wasSent: 'yes' })
  })

  interface At {
    readonly url?: string
    readonly options?: PgPoolOptions
  }

  /** Runs a call on a client of its own; returns the class of its error. */
  async function classOf(
    { url = changed(() => {}), options }: At,
    call: (prisma: Client) => Promise<unknown>,
  ): Promise<ErrorClass> {
    // The fixtures are generated without their types; the tests prove the shape by using it.
    const Client = getClass(import.meta.dirname) as ClientClass
    const PrismaPg = Adapter as AdapterClass
    const pool = pgPool(url, { max: 2, ...options })
    const prisma = new Client({ adapter: new PrismaPg(pool.config, { schema: 'classified' }) })
    try {
      await call(prisma)
      throw new Error('The call did not fail.')
    } catch (error) {
      return classifyError(error)
    } finally {
      await prisma.$disconnect()
      await sql('TRUNCATE classified."Item"')
    }
  }
})

describe('classifyError', () => {
  it('tells a client that was drained', async () => {
    const prisma = sharePrisma(() => fakeClient('schema'), { name: 'classified' })
    await prisma.user.findMany()
    await drain(prisma)

    const error: unknown = await Promise.resolve()
      .then(() => prisma.user.findMany())
      .catch((reason: unknown) => reason)
    expect(classifyError(error)).toEqual({ kind: 'drained', isTransient: false, wasSent: 'no' })
  })

  it('tells errors of pg itself', async () => {
    const client = new pg.Client(closed)
    const error: unknown = await client.connect().catch((reason: unknown) => reason)

    expect(classifyError(error)).toEqual({
      kind: 'connection_refused',
      isTransient: true,
      wasSent: 'no',
    })
  })

  it.each([
    [{ errno: 1213, code: 'ER_LOCK_DEADLOCK' }, 'deadlock'],
    [{ errno: 45028, code: 'ER_GET_CONNECTION_TIMEOUT' }, 'pool_timeout'],
    [{ errno: 1290, code: 'ER_OPTION_PREVENTS_STATEMENT' }, 'read_only'],
    [{ cause: { kind: 'mysql', originalCode: '1205' } }, 'lock_timeout'],
    [{ code: 'P2024' }, 'pool_timeout'],
    [{ errorCode: 'P1001' }, 'connection_refused'],
    [{ code: 'ETIMEDOUT', syscall: 'connect' }, 'connection_timeout'],
    [{ code: 'ETIMEDOUT', syscall: 'read' }, 'connection_lost'],
  ] as const)('tells %o by what it carries', (carried, kind) => {
    expect(classifyError(Object.assign(new Error('x'), carried)).kind).toBe(kind)
  })

  it('tells every kind as docs/error-classes.md has it', () => {
    const rows = [
      ...read('../../../docs/error-classes.md').matchAll(
        /^\| `(\w+)` +\| .* \| (yes|no) +\| (yes|no|unknown) +\| (.+?) +\|$/gm,
      ),
    ]
    const kinds = read('../src/classify-error.ts').matchAll(/^ {2}\| '(\w+)'$/gm)

    expect(rows.map(([, kind]) => kind)).toEqual(Array.from(kinds, ([, kind]) => kind))
    for (const [, kind, isTransient, wasSent, codes = ''] of rows) {
      for (const [, code] of codes.matchAll(/`([^`]+)`/g)) {
        const error = Object.assign(new Error(code), { code, cause: { kind: code } })
        expect({ code, ...classifyError(error) }).toEqual({
          code,
          kind,
          isTransient: isTransient === 'yes',
          wasSent,
        })
      }
    }
  })

  it('prefers what is known of the cause to what was made of it', () => {
    const driver = Object.assign(new Error('x'), { code: '57P01' })
    const adapter = Object.assign(new Error('x', { cause: driver }), { kind: 'ConnectionClosed' })
    const prisma = Object.assign(new Error('x'), {
      code: 'P1017',
      meta: { driverAdapterError: adapter },
    })

    expect(classifyError(prisma).kind).toBe('server_shutdown')
  })

  it('takes anything else for other, and survives a circle of causes', () => {
    const circle: { cause?: unknown } = new Error('round')
    circle.cause = circle

    for (const value of [undefined, null, 'text', 3, {}, new Error('x'), circle]) {
      expect(classifyError(value)).toEqual({
        kind: 'other',
        isTransient: false,
        wasSent: 'unknown',
      })
    }
  })
})

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

function count(prisma: Client): Promise<number> {
  return prisma.item.count()
}

/** The server of the tests, with a change to its URL. */
function changed(change: (url: URL) => void): string {
  const url = new URL(inject('databaseUrl'))
  change(url)
  return url.href
}

function as(user: string, password = 'right'): string {
  return changed((url) => {
    url.username = user
    url.password = password
  })
}

/** The protocol's ErrorResponse. */
function errorResponse(code: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C${code}\0Mas told\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}

/** A port of our own that treats connections as it is told. */
class Endpoint {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(treat: (socket: Socket) => void) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      treat(socket)
    })
  }

  static async open(treat: (socket: Socket) => void): Promise<Endpoint> {
    const endpoint = new Endpoint(treat)
    await new Promise<void>((resolve) => {
      endpoint.#server.listen(0, '127.0.0.1', resolve)
    })
    return endpoint
  }

  url(): string {
    // A server that listens on a port has an address of this form.
    const { port } = this.#server.address() as AddressInfo
    return changed((url) => {
      url.hostname = '127.0.0.1'
      url.port = String(port)
    })
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => {
      this.#server.close(resolve)
    })
  }
}

async function sql(text: string): Promise<void> {
  const client = new pg.Client(inject('databaseUrl'))
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
