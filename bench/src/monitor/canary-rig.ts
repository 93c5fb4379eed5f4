import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { FaultProxy, type Traffic } from '../faults/fault-proxy.ts'

const PROGRAM = join(import.meta.dirname, 'canary-app.ts')
const RELEASES = ['old', 'new'] as const
const PER_SECOND = 150
const WARM_UP_OPERATIONS = 500
const WARM_UP_MS = 30_000

export type Release = (typeof RELEASES)[number]

/** Of each release, unless it is told otherwise. */
export const CONNECTIONS = 12

/** Two releases of an app that run beside each other, each behind a proxy of its own. */
export class CanaryRig implements AsyncDisposable {
  readonly #folder: string
  readonly #url: string
  readonly #proxies = new Map<Release, FaultProxy>()
  readonly #apps = new Map<Release, CanaryApp>()

  private constructor(url: string, folder: string) {
    this.#url = url
    this.#folder = folder
  }

  /** @param folder - Of the generated client. */
  static async start(url: string, folder: string): Promise<CanaryRig> {
    const rig = new CanaryRig(url, folder)
    try {
      for (const release of RELEASES) {
        rig.#proxies.set(release, await FaultProxy.start(url))
        await rig.restart(release, CONNECTIONS)
      }
      return rig
    } catch (error) {
      await rig[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Where the metrics of both are. */
  get metrics(): string[] {
    return [...this.#apps.values()].map(({ port }) => `http://127.0.0.1:${port}/metrics`)
  }

  /** What happens to the bytes of each release from now on. */
  set traffic(traffic: Readonly<Record<Release, Traffic>>) {
    for (const [release, proxy] of this.#proxies) proxy.traffic = traffic[release]
  }

  /** Waits until both have done some work: what was just compiled is slow for a while. */
  async warmUp(): Promise<void> {
    for (const url of this.metrics) {
      for (const until = performance.now() + WARM_UP_MS; performance.now() < until;) {
        const text = await (await fetch(url)).text()
        if (Number(/_count\{.*\} (\d+)/.exec(text)?.[1]) >= WARM_UP_OPERATIONS) break
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }

  async restart(release: Release, connections: number): Promise<void> {
    await this.#apps.get(release)?.end()
    const url = this.#proxies.get(release)?.urlOf(this.#url) ?? this.#url
    const args = [this.#folder, url, release, String(connections), String(PER_SECOND)]
    this.#apps.set(release, await CanaryApp.start(args))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#apps.values()].map((app) => app.end()))
    for (const proxy of this.#proxies.values()) await proxy[Symbol.asyncDispose]()
  }
}

class CanaryApp {
  readonly port: number
  readonly #child: ChildProcess
  readonly #kill: () => void

  private constructor(child: ChildProcess, port: number, kill: () => void) {
    this.#child = child
    this.port = port
    this.#kill = kill
  }

  static async start(args: readonly string[]): Promise<CanaryApp> {
    const child = fork(PROGRAM, args, {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const kill = (): void => void child.kill('SIGKILL')
    process.once('exit', kill)
    // The app tells its port, and nothing else.
    const [{ port }] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error('The app ended before it was ready.')
      }),
    ])) as [{ port: number }]
    return new CanaryApp(child, port, kill)
  }

  async end(): Promise<void> {
    process.off('exit', this.#kill)
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.send('end')
    await exit
  }
}
