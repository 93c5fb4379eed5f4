import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createInterface, type Interface } from 'node:readline'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

const PROGRAM = join(import.meta.dirname, 'fixtures/serverless/function.mjs')
const ROUNDS = 10
const HOUR_MS = 3_600_000

interface Invocation {
  readonly write?: string
  /** How much later it is for the function than the clock says. */
  readonly laterMs?: number
}

const admin = new pg.Client(inject('databaseUrl'))
let started = 0

beforeAll(async () => {
  await admin.connect()
  await admin.query('CREATE TABLE frozen_write (token text)')
})
afterAll(async () => {
  await admin.query('DROP TABLE frozen_write')
  await admin.end()
})

/** A process that runs a function, which can be frozen between invocations. */
class FunctionProcess implements AsyncDisposable {
  readonly name = `frozen-${++started}`
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #reader: Interface

  constructor(variant: 'oneprisma' | 'bare', databaseUrl = inject('databaseUrl')) {
    this.#child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], {
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl,
        APPLICATION_NAME: this.name,
        VARIANT: variant,
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    // It was spawned with a pipe there.
    this.#reader = createInterface({
      input: this.#child.stdout as NonNullable<typeof process.stdin>,
    })
    this.#lines = this.#reader[Symbol.asyncIterator]()
  }

  /** Hands it an event, which it takes up when it runs. */
  send(event: Invocation): void {
    this.#child.stdin?.write(`${JSON.stringify(event)}\n`)
  }

  /** Its answer to the next event. */
  async answer(): Promise<{ answer?: unknown; error?: string }> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('The process has ended.')
    return JSON.parse(value)
  }

  invoke(event: Invocation): Promise<{ answer?: unknown; error?: string }> {
    this.send(event)
    return this.answer()
  }

  /** Stands still while `run` runs. */
  async whileFrozen(run: () => Promise<void>): Promise<void> {
    this.#child.kill('SIGSTOP')
    try {
      await run()
    } finally {
      this.#child.kill('SIGCONT')
    }
  }

  /** Ends its sessions at the server, and waits for their end; returns how many there were. */
  async killSessions(): Promise<number> {
    const { rowCount } = await admin.query(
      'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1',
      [this.name],
    )
    return rowCount ?? 0
  }

  /** Ends it as a platform takes its input away. */
  async [Symbol.asyncDispose](): Promise<void> {
    const exit = once(this.#child, 'exit')
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGCONT')
      this.#child.stdin?.end()
      await exit
    }
    this.#reader.close()
  }
}

/**
 * Freezes it, hands it an event, and ends its sessions, so that it takes up the event before it hears
 * of that.
 */
async function thawed(frozen: FunctionProcess, event: Invocation): Promise<object> {
  await frozen.whileFrozen(async () => {
    frozen.send({ laterMs: HOUR_MS * started, ...event })
    expect(await frozen.killSessions()).toBe(1)
  })
  return frozen.answer()
}

async function written(token: string): Promise<number> {
  const { rowCount } = await admin.query('SELECT 1 FROM frozen_write WHERE token = $1', [token])
  return rowCount ?? 0
}

describe('a function that was frozen while its sessions ended', () => {
  it('answers its first query, be it a read or a write, every time', async () => {
    await using frozen = new FunctionProcess('oneprisma')
    await frozen.invoke({})

    for (let round = 1; round <= ROUNDS; round++) {
      const laterMs = 2_000 * round
      expect(await thawed(frozen, { laterMs })).toEqual({ answer: [{ one: 1 }] })
      const write = `${frozen.name}-${round}`
      expect(await thawed(frozen, { write, laterMs: laterMs + 1_000 })).toEqual({ answer: 1 })
      expect(await written(write)).toBe(1)
    }
  })

  it('fails where the client is bare, whenever it does not hear of the end first', async () => {
    await using frozen = new FunctionProcess('bare')
    const answers: object[] = []

    for (let round = 1; round <= ROUNDS; round++) {
      await frozen.invoke({})
      answers.push(await thawed(frozen, { write: 'bare' }))
    }
    expect(answers).toContainEqual({ error: expect.any(String) })
  })

  it('answers as well when it comes back as a new process', async () => {
    const frozen = new FunctionProcess('oneprisma')
    await frozen.invoke({})
    await frozen.whileFrozen(async () => {
      expect(await frozen.killSessions()).toBe(1)
    })
    await frozen[Symbol.asyncDispose]()

    await using cold = new FunctionProcess('oneprisma')
    expect(await cold.invoke({})).toEqual({ answer: [{ one: 1 }] })
  })
})

describe('a function whose connections died without a word', () => {
  it('uses none that is older than the idle timeout', async () => {
    await using network = await Network.open()
    await using frozen = new FunctionProcess('oneprisma', network.url)
    await frozen.invoke({})

    network.forget()
    expect(await frozen.invoke({ laterMs: HOUR_MS })).toEqual({ answer: [{ one: 1 }] })
    network.forget()
    expect(await frozen.invoke({ write: 'silent', laterMs: 2 * HOUR_MS })).toEqual({ answer: 1 })
    expect(await written('silent')).toBe(1)
    network.end()
  })
})

/** The way to the database, which may forget connections as a NAT does. */
class Network implements AsyncDisposable {
  readonly #server: Server
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  url = ''

  private constructor() {
    this.#server = createServer((client) => {
      const { hostname, port } = new URL(inject('databaseUrl'))
      const server = connect(Number(port), hostname)
      const pair = [client, server] as const
      this.#pairs.add(pair)
      for (const [from, to] of [pair, [server, client] as const]) {
        from.on('error', () => {})
        from.on('data', (chunk) => to.write(chunk))
        from.on('close', () => to.destroy())
      }
    })
  }

  static async open(): Promise<Network> {
    const network = new Network()
    await new Promise<void>((resolve) => {
      network.#server.listen(0, '127.0.0.1', resolve)
    })
    const url = new URL(inject('databaseUrl'))
    url.hostname = '127.0.0.1'
    // A server that listens on a port has an address of this form.
    url.port = String((network.#server.address() as AddressInfo).port)
    network.url = url.href
    return network
  }

  /** Hands on nothing more, in neither direction, of the connections that are open. */
  forget(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.removeAllListeners('data')
  }

  /** Ends every connection. */
  end(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end()
    await new Promise((resolve) => {
      this.#server.close(resolve)
    })
  }
}
