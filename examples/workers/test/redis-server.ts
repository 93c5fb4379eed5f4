import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'

const READY = /Ready to accept connections/
const ATTEMPTS = 3

/**
 * Whether the tests on Redis run. Where ONEPRISMA_ENGINES is `required` they do in any case, and fail
 * by the name of what is missing.
 */
export const runsRedis: boolean =
  process.env['ONEPRISMA_ENGINES'] === 'required' ||
  spawnSync('redis-server', ['--version']).status === 0

/** A Redis of one's own, on a free port of 127.0.0.1, which keeps nothing on disk. */
export class RedisServer implements AsyncDisposable {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.url = `redis://127.0.0.1:${port}`
    process.once('exit', this.#kill)
  }

  static async start(program = 'redis-server'): Promise<RedisServer> {
    const said: string[] = []
    // Another process may take the port that was free a moment ago.
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const port = await freePort()
      const child = spawn(
        program,
        ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'],
        { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'ignore'] },
      )
      if (await isReady(child, said)) return new RedisServer(child, port)
    }
    throw new Error(`redis-server did not start:\n${said.join('\n')}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#kill)
    const exit = once(this.#child, 'exit')
    this.#kill()
    await exit
  }

  readonly #kill = (): void => void this.#child.kill('SIGKILL')
}

async function isReady(child: ChildProcess, said: string[]): Promise<boolean> {
  const missing = once(child, 'error').then(([cause]) => {
    throw new Error(
      'redis-server is not installed. It is the Debian package "redis-server": `apt-get install redis-server`.',
      { cause },
    )
  })
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  const ready = new Promise<boolean>((resolve) => {
    lines.on('line', (line) => {
      said.push(line)
      if (READY.test(line)) resolve(true)
    })
    lines.once('close', () => resolve(false))
  })
  return Promise.race([ready, missing])
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // It listens on a port, not on a path.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
