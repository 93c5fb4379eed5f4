import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import pg from 'pg'
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
import { checkHealth } from '../src/check-health.ts'
import { closeWithNext } from '../src/close-with-next.ts'
import { sharePrisma } from '../src/index.ts'
import { ChildProgram, type Ending } from './child-program.ts'
import { fakeClient, forgetSharedClients, warningsOf } from './fake-client.ts'

// In this process the signal is a mock, and must not be taken for one that was lost.
vi.mock(import('../src/held-process.ts'), async (original) => ({
  ...(await original()),
  endIfOutlived: () => {},
}))

const admin = new pg.Pool({ connectionString: inject('databaseUrl') })
let programs = 0

beforeAll(async () => {
  await admin.query('CREATE TABLE next_test_note (app text, text text)')
})
afterAll(async () => {
  await admin.query('DROP TABLE next_test_note')
  await admin.end()
})

/** A server in a process of its own. */
class Server {
  readonly program: ChildProgram
  readonly #name = `next-test-${++programs}`
  port = 0

  constructor(...args: string[]) {
    this.program = new ChildProgram('server.mjs', args, {
      DATABASE_URL: inject('databaseUrl'),
      APPLICATION_NAME: this.#name,
      NOTES: 'next_test_note',
    })
  }

  static async start(...args: string[]): Promise<Server> {
    const server = new Server(...args)
    server.port = Number(await server.program.printedAfter('port '))
    return server
  }

  /** Asks on a connection of its own, or on that of the agent. */
  async ask(path: string, agent: Agent | false = false): Promise<Answer> {
    const asked = get({ host: '127.0.0.1', port: this.port, path, agent })
    // It emits one value, the response.
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    const body = (await response.toArray()).join('')
    return { body, connection: response.headers.connection }
  }

  /** How it ended; then the server of the database has no session of it left. */
  async ending(): Promise<Ending & { notes: string[] }> {
    const ending = await this.program.ending()
    await vi.waitFor(
      async () => {
        const sessions = 'SELECT pid FROM pg_stat_activity WHERE application_name = $1'
        if ((await admin.query(sessions, [this.#name])).rowCount !== 0) throw new Error('It has.')
      },
      { timeout: 10_000 },
    )
    const notes = await admin.query<{ text: string }>(
      'SELECT text FROM next_test_note WHERE app = $1',
      [this.#name],
    )
    return { ...ending, notes: notes.rows.map(({ text }) => text) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]()
  }
}

interface Answer {
  readonly body: string
  readonly connection: string | undefined
}

const byTerm = { code: null, signal: 'SIGTERM' }

describe.concurrent('closeWithNext', () => {
  it('closes the servers and then the clients, where signals are left to it', async () => {
    await using server = await Server.start('signals are left to us')
    await server.ask('/query')

    server.program.send('SIGTERM')

    expect(await server.ending()).toMatchObject({ ...byTerm, stderr: '' })
  })

  it('serves and queries while readiness fails, for as long as it was told', async () => {
    await using server = await Server.start('signals are left to us', '20000', '1000')
    const before = await server.ask('/ready')

    server.program.send('SIGTERM')
    const isUnready = async () => expect((await server.ask('/ready')).body).toBe('503')
    await vi.waitFor(isUnready, { timeout: 10_000 })
    const query = await server.ask('/query', new Agent({ keepAlive: true }))

    expect(before.body).toBe('200')
    expect(query).toEqual({ body: '[object Object]', connection: 'close' })
    expect(await server.ending()).toMatchObject({ ...byTerm, stderr: '' })
  })

  it('waits for a unit of work that no request waits for', async () => {
    await using server = await Server.start('signals are left to us')
    await server.ask('/unawaited')

    server.program.send('SIGTERM')

    expect(await server.ending()).toMatchObject({ ...byTerm, notes: ['unawaited'], stderr: '' })
  })

  it('waits for what was given to after()', async () => {
    await using server = await Server.start('signals are left to us')
    await server.ask('/after')

    server.program.send('SIGTERM')

    expect(await server.ending()).toMatchObject({ ...byTerm, notes: ['after'], stderr: '' })
  })

  it('is not held by a connection on which no request comes', async () => {
    await using server = await Server.start('signals are left to us')
    const silent = connect({ host: '127.0.0.1', port: server.port })
    await once(silent, 'connect')
    await server.ask('/query')

    server.program.send('SIGTERM')

    // Being given up would be a warning.
    expect(await server.ending()).toMatchObject({ ...byTerm, stderr: '' })
    silent.destroy()
  })

  it('is not held by a client that asks again and again on one connection', async () => {
    await using server = await Server.start('Next.js ends it')
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    await server.ask('/query', agent)

    const first = await server.ask('/unawaited', agent)
    const stop = await server.ask('/stop', agent)
    const next = server.ask('/query', agent)

    expect(first.connection).toBe('keep-alive')
    expect(stop.connection).toBe('close')
    await expect(next).rejects.toThrow('ECONNREFUSED')
    expect(await server.ending()).toMatchObject({ code: 143, stderr: '' })
    agent.destroy()
  })

  it('serves on a connection whose response had begun, and ends it then', async () => {
    await using server = await Server.start('Next.js ends it')
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const streamed = server.ask('/stream', agent)
    await server.program.printed('/stream')

    server.program.send('SIGTERM')
    const first = await streamed
    const next = await server.ask('/query', agent)

    expect(first).toEqual({ body: 'begun, undefined', connection: 'keep-alive' })
    expect(next).toEqual({ body: '[object Object]', connection: 'close' })
    expect(await server.ending()).toMatchObject({ code: 143, stderr: '' })
    agent.destroy()
  })

  it('cuts off at the bound a request that does not end, and Next.js goes on to its end', async () => {
    await using server = await Server.start('Next.js ends it', '300')
    const hanging = server.ask('/hang').catch(() => 'cut off')
    await server.program.printed('/hang')

    server.program.send('SIGTERM')

    expect(await hanging).toBe('cut off')
    expect((await server.ending()).stderr).toContain(
      'The server was not done within 300 ms after SIGTERM, and is cut off (requests: 1, units in flight: none).',
    )
  })

  it('ends the process by the signal where Next.js does not', async () => {
    await using server = await Server.start('Next.js hangs', '300')
    await server.ask('/query')

    server.program.send('SIGTERM')

    expect(await server.ending()).toMatchObject(byTerm)
  })

  it('ends the process at once at a second signal', async () => {
    await using server = await Server.start('Next.js ends it', '60000')
    void server.ask('/hang').catch(() => {})
    await server.program.printed('/hang')
    server.program.send('SIGTERM')
    // One that comes sooner is taken for the first, passed on by a parent.
    await new Promise((resolve) => setTimeout(resolve, 300))

    server.program.send('SIGTERM')

    expect(await server.ending()).toMatchObject({ ...byTerm, stderr: '' })
  })

  it('lets somebody else who listens finish', async () => {
    await using server = await Server.start('somebody else flushes')
    await server.ask('/query')

    server.program.send('SIGTERM')

    const { code, stdout } = await server.ending()
    expect(stdout).toContain('flushed')
    expect(code).toBe(143)
  })

  it('closes the servers at a SIGHUP, which Next.js does not know', async () => {
    await using server = await Server.start('Next.js ends it')
    await server.ask('/query')

    server.program.send('SIGHUP')

    expect(await server.ending()).toMatchObject({ code: null, signal: 'SIGHUP', stderr: '' })
  })
})

describe('closeWithNext in this process', () => {
  const listeners = (): number[] =>
    (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => process.listenerCount(signal))
  const before = listeners()

  beforeEach(forgetSharedClients)
  afterEach(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
    Reflect.deleteProperty(globalThis, Symbol.for('@oneprisma/client/1/ending'))
  })

  it.each([
    ['next dev', 'NODE_ENV', 'development'],
    ['next build', 'NEXT_PHASE', 'phase-production-build'],
    ['an edge runtime', 'NEXT_RUNTIME', 'edge'],
  ])('does nothing in %s', (_, name, value) => {
    vi.stubEnv(name, value)

    closeWithNext()()

    expect(listeners()).toEqual(before)
  })

  it('leaves nothing when it is taken back', () => {
    vi.stubEnv('NEXT_MANUAL_SIG_HANDLE', 'true')

    const takeBack = closeWithNext()
    const during = listeners()
    takeBack()

    expect(during).toEqual(before.map((count) => count + 1))
    expect(listeners()).toEqual(before)
    expect(Reflect.has(globalThis, Symbol.for('@next/request-context'))).toBe(false)
  })

  it('refuses times that are none', () => {
    expect(() => closeWithNext({ timeoutMs: -1 })).toThrow('Expected `timeoutMs`')
    expect(() => closeWithNext({ readinessDelayMs: Number.NaN })).toThrow('`readinessDelayMs`')
    expect(() => closeWithNext({ readinessDelayMs: 30_000 })).toThrow(
      'Expected `readinessDelayMs` to be at most `timeoutMs` (20000), got 30000 (number).',
    )
  })

  it('drains, and sends the signal again', async () => {
    vi.stubEnv('NEXT_MANUAL_SIG_HANDLE', 'true')
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
    const client = fakeClient('model A')
    const prisma = sharePrisma(() => client)
    await prisma.user.findMany()
    const takeBack = closeWithNext()
    const server = createServer((_, response) => response.end('served')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    // A server that listens on TCP has an address with a port.
    const { port } = server.address() as AddressInfo
    await (await fetch(`http://127.0.0.1:${port}`)).text()
    const context = Reflect.get(globalThis, Symbol.for('@next/request-context'))
    context.get().waitUntil(Promise.reject(new Error('told by Next.js')))
    const closed = once(server, 'close')

    process.emit('SIGHUP', 'SIGHUP')
    await closed
    await vi.waitFor(() => expect(kill).toHaveBeenCalled())

    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGHUP')
    expect(client.closed.count).toBe(1)
    expect((await checkHealth(prisma)).state).toBe('draining')
    takeBack()
  })

  it('warns of what is cut off', async () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
    const takeBack = closeWithNext({ timeoutMs: 0 })
    const other = (): void => {}
    process.on('SIGHUP', other)

    const warnings = await warningsOf(async () => {
      process.emit('SIGHUP', 'SIGHUP')
      await vi.waitFor(() => expect(kill).toHaveBeenCalled())
    })

    expect(warnings.map(({ message }) => message)).toEqual([
      'The server was not done within 0 ms after SIGHUP, and is cut off (requests: 0, units in flight: none).',
    ])
    takeBack()
  })
})
