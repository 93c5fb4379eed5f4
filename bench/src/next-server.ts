import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Bundler } from './bench-app.ts'

const READY_TIMEOUT_MS = 90_000
const STOP_TIMEOUT_MS = 5_000
const next = createRequire(import.meta.url).resolve('next/dist/bin/next')

export type Mode = 'dev' | 'start' | 'standalone'

/** Where an app of Next.js is. */
export interface AppFolder {
  readonly folder: string
}

/** A Next.js server of an app. */
export class NextServer implements AsyncDisposable {
  readonly url: string
  readonly #child: ChildProcess
  readonly #printed: string[] = []
  #requests = 0
  #failedRequests = 0

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.#printed.push(chunk.toString()))
    }
  }

  static async start(
    app: AppFolder,
    mode: Mode,
    bundler: Bundler,
    env: Readonly<Record<string, string>>,
    readyPath = '/api/users',
  ): Promise<NextServer> {
    const port = await freePort()
    const host = ['-H', '127.0.0.1', '-p', String(port)]
    const flags = mode === 'dev' && bundler === 'webpack' ? ['--webpack', ...host] : host
    const child =
      mode === 'standalone'
        ? run(app, [standaloneServer(app)], { ...env, PORT: String(port), HOSTNAME: '127.0.0.1' })
        : run(app, [next, mode, ...flags], env)
    const server = new NextServer(child, `http://127.0.0.1:${port}`)
    try {
      await server.waitFor(readyPath, () => true, READY_TIMEOUT_MS)
      return server
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    }
  }

  get output(): string {
    return this.#printed.join('')
  }

  /** How many requests there have been. */
  get requests(): number {
    return this.#requests
  }

  /** How many requests got no answer, or one of another status than 200. */
  get failedRequests(): number {
    return this.#failedRequests
  }

  /** Asks for a path, and reads the JSON of a route or of the page. */
  async get(path: string): Promise<{ status: number; body: Answer }> {
    this.#requests++
    try {
      const response = await fetch(this.url + path, { signal: AbortSignal.timeout(60_000) })
      const text = await response.text()
      if (response.status !== 200) this.#failedRequests++
      return { status: response.status, body: answerIn(text) }
    } catch (error) {
      this.#failedRequests++
      throw error
    }
  }

  /** Asks until the answer is as it should be. */
  async waitFor(
    path: string,
    isGood: (answer: Answer) => boolean,
    timeoutMs = 30_000,
  ): Promise<Answer> {
    const until = performance.now() + timeoutMs
    let last = 'no answer'
    while (performance.now() < until && this.#child.exitCode === null) {
      try {
        const { status, body } = await this.get(path)
        if (status === 200 && isGood(body)) return body
        last = `${status} ${JSON.stringify(body)}`
      } catch (error) {
        last = String(error)
      }
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error(
      `${path} did not answer as expected; at last ${last}.\n${this.output.slice(-2_000)}`,
    )
  }

  /** Asks it to end, and resolves to how long that took; it is killed when its bound is over. */
  async end(boundMs: number): Promise<{ ms: number; isKilled: boolean }> {
    const since = performance.now()
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    let isKilled = false
    const timer = setTimeout(() => {
      isKilled = true
      signalGroup(this.#child, 'SIGKILL')
    }, boundMs)
    await exit.finally(() => clearTimeout(timer))
    return { ms: performance.now() - since, isKilled }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exit = once(this.#child, 'exit')
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      signalGroup(this.#child, 'SIGTERM')
      const timer = setTimeout(signalGroup, STOP_TIMEOUT_MS, this.#child, 'SIGKILL')
      await exit.finally(() => clearTimeout(timer))
    }
    // Whatever of its group is left.
    signalGroup(this.#child, 'SIGKILL')
  }
}

export interface Answer {
  readonly edit?: number
  readonly routeEdit?: number
  readonly models?: readonly string[]
  readonly alive?: number
  readonly constructed?: number
  readonly heapBytes?: number
  readonly instrumentation?: readonly string[]
}

/** Builds an app for production. */
export async function buildApp(
  app: AppFolder,
  bundler: Bundler,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const child = run(app, [next, 'build', ...(bundler === 'webpack' ? ['--webpack'] : [])], env)
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  }
  const [code]: unknown[] = await once(child, 'close')
  if (code !== 0) throw new Error(`next build failed:\n${output.join('').slice(-3_000)}`)
}

function run(
  app: AppFolder,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const { NODE_ENV: _, ...inherited } = process.env
  const child = spawn(process.execPath, [...args], {
    cwd: app.folder,
    detached: true,
    env: { ...inherited, NEXT_TELEMETRY_DISABLED: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // However this process ends, it is not outlived; and the folder is removed after that.
  const kill = (): void => signalGroup(child, 'SIGKILL')
  process.prependListener('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  return child
}

// A standalone build mirrors the workspace under its own folder.
function standaloneServer(app: AppFolder): string {
  const workspace = join(import.meta.dirname, '../..')
  return join(app.folder, '.next/standalone', app.folder.slice(workspace.length), 'server.js')
}

function answerIn(text: string): Answer {
  const json = /<pre>(.*?)<\/pre>/s.exec(text)?.[1]?.replaceAll('&quot;', '"') ?? text
  try {
    // The routes of the bench app answer with these members.
    return JSON.parse(json) as Answer
  } catch {
    return {}
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal)
  } catch {
    // The group has ended.
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
