import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { FleetStatus } from '../src/fleet-status.ts'
import type { FleetOptions } from '../src/with-fleet.ts'

const program = fileURLToPath(new URL('fixtures/fleet/member.ts', import.meta.url))
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** What the queries of a process came to. */
export interface Counts {
  readonly answers: number
  readonly slowestMs: number
  readonly errors: Readonly<Record<string, number>>
}

/** How a process is started. */
export interface FleetProcessOptions {
  readonly url: string
  /** Under which the server has its sessions. */
  readonly applicationName: string
  readonly fleet: FleetOptions
  /** Of `pgPool`. */
  readonly pool?: object
}

/** A member of a fleet in a process of its own. */
export class FleetProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #ended: Promise<unknown[]>
  /** Who waits for answers, by the number of the order; 0 is that the process is ready. */
  readonly #open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  readonly #ready: Promise<unknown>
  #orders = 0

  private constructor({ url, applicationName, fleet, pool = {} }: FleetProcessOptions) {
    const { VITEST: _, JEST_WORKER_ID: __, NODE_OPTIONS: ___, ...rest } = process.env
    this.#child = spawn(process.execPath, ['--import', tsx, program], {
      env: {
        ...rest,
        DATABASE_URL: url,
        APPLICATION_NAME: applicationName,
        FLEET: JSON.stringify(fleet),
        POOL: JSON.stringify(pool),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#ended = once(this.#child, 'exit')
    this.#ready = new Promise((resolve, reject) => this.#open.set(0, { resolve, reject }))
    createInterface({ input: this.#child.stdout })
      .on('line', (line) => {
        const { id, answer }: { id: number; answer: unknown } = JSON.parse(line)
        this.#open.get(id)?.resolve(answer)
        this.#open.delete(id)
      })
      .on('close', () => {
        for (const { reject } of this.#open.values()) reject(new Error('The process has ended.'))
      })
  }

  /** Starts a process, and waits until it is ready; it has opened nothing then. */
  static async start(options: FleetProcessOptions): Promise<FleetProcess> {
    const started = new FleetProcess(options)
    await started.#ready
    return started
  }

  /** Keeps so many queries going at once. */
  async load(queries: number, sql?: string): Promise<void> {
    await this.#tell({ do: 'load', queries, sql })
  }

  /** Ends all of these. */
  async pause(): Promise<void> {
    await this.#tell({ do: 'pause' })
  }

  /** Runs a query, and returns its rows, or the code of its error as `{ error }`. */
  async query(sql: string): Promise<unknown> {
    return this.#tell({ do: 'query', sql })
  }

  /** Begins a transaction, and returns when it is open. */
  async hold(): Promise<void> {
    await this.#tell({ do: 'hold' })
  }

  async letGo(): Promise<void> {
    await this.#tell({ do: 'let go' })
  }

  async counts(): Promise<Counts> {
    // It is what the program answers.
    return (await this.#tell({ do: 'counts' })) as Counts
  }

  async status(): Promise<FleetStatus | undefined> {
    // It is what the program answers.
    return ((await this.#tell({ do: 'status' })) as FleetStatus[])[0]
  }

  async drain(): Promise<void> {
    await this.#tell({ do: 'drain' })
  }

  /** Says nothing more to it, and returns how it ended: its exit code, or the signal. */
  async ends(): Promise<unknown> {
    this.#child.stdin.end()
    const [code, signal] = await this.#ended
    return signal ?? code
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  /** Freezes the process; when this returns, it runs no more. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
    while (!this.#isStopped());
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  async #tell(order: object): Promise<unknown> {
    const id = ++this.#orders
    const answer = new Promise((resolve, reject) => this.#open.set(id, { resolve, reject }))
    this.#child.stdin.write(`${JSON.stringify({ ...order, id })}\n`)
    return answer
  }

  #isStopped(): boolean {
    const state = execFileSync('ps', ['-o', 'state=', '-p', String(this.#child.pid)])
    return String(state).trim().startsWith('T')
  }
}
