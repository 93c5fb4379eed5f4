import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Program, runToSuccess } from './run-program.ts'

const BUILD_TIMEOUT_MS = 180_000
const READY_TIMEOUT_MS = 60_000
const next = createRequire(import.meta.url).resolve('next/dist/bin/next')

export const PAYMENT_SECRET = 'the secret of the payment provider'

/** How many clients a server's process has had. */
export interface ClientCount {
  /** That have connected, ever. */
  readonly made: number
  /** That were connected at the same time. */
  readonly atMost: number
}

/** Builds a copy of the help desk for production. */
export async function buildHelpDesk(folder: string): Promise<void> {
  await runToSuccess('next build', [next, 'build'], { cwd: folder, timeoutMs: BUILD_TIMEOUT_MS })
}

/** A copy of the help desk as it runs in production. */
export class HelpDeskServer implements AsyncDisposable {
  readonly url: string
  readonly #program: Program
  readonly #counts: string

  private constructor(program: Program, url: string, counts: string) {
    this.#program = program
    this.url = url
    this.#counts = counts
  }

  static async start(folder: string, databaseUrl: string): Promise<HelpDeskServer> {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const counts = `${folder}.clients.json`
    rmSync(counts, { force: true })
    const counter = join(import.meta.dirname, 'count-clients.cjs')
    const program = new Program([next, 'start', '-H', '127.0.0.1', '-p', String(port)], {
      cwd: folder,
      env: {
        DATABASE_URL: databaseUrl,
        NEXTAUTH_URL: url,
        NEXTAUTH_SECRET: 'a secret of the demonstration',
        PAYMENT_SECRET,
        CLIENT_COUNT_FILE: counts,
        NODE_OPTIONS: `--require "${counter.replaceAll('\\', '\\\\')}"`,
      },
    })
    const server = new HelpDeskServer(program, url, counts)
    try {
      await server.#answers()
      return server
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    }
  }

  get clients(): ClientCount {
    // `count-clients.cjs` writes it, before the first query has its answer.
    return JSON.parse(readFileSync(this.#counts, 'utf8')) as ClientCount
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]()
    rmSync(this.#counts, { force: true })
  }

  async #answers(): Promise<void> {
    const until = performance.now() + READY_TIMEOUT_MS
    while (performance.now() < until && !this.#program.hasEnded) {
      const signal = AbortSignal.timeout(2_000)
      // Of NextAuth, without a query.
      const isUp = await fetch(`${this.url}/api/auth/providers`, { signal }).then(
        ({ ok }) => ok,
        () => false,
      )
      if (isUp) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`The help desk did not start:\n${this.#program.lastWords}`)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A TCP port has a number.')
  return address.port
}
