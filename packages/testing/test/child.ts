import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const FIXTURE = fileURLToPath(new URL('./fixtures/start-and-end.ts', import.meta.url))
const LINE_TIMEOUT_MS = 30_000

/** What the fixture tells of its server. */
export interface Started {
  readonly pid: number
  readonly folder: string
  readonly url: string
}

/** A child process whose lines are read one by one. */
export class Child implements AsyncDisposable {
  readonly process: ChildProcess
  readonly exit: Promise<unknown>
  /** The exit, and the end of everything that the child has written. */
  readonly close: Promise<unknown>
  readonly #lines: Interface
  readonly #iterator: AsyncIterator<string>
  readonly #complaints: string[] = []

  constructor(args: readonly string[], options: SpawnOptions) {
    // A group of its own, as a terminal gives it to what runs in the foreground.
    this.process = spawn(process.execPath, args, { ...options, detached: true, stdio: 'pipe' })
    this.exit = once(this.process, 'exit')
    this.close = once(this.process, 'close')
    this.process.stdin?.on('error', () => {})
    this.process.stderr?.on('data', (chunk: Buffer) => this.#complaints.push(chunk.toString()))
    if (this.process.stdout === null) throw new Error('The child has no output.')
    this.#lines = createInterface({ input: this.process.stdout })
    this.#iterator = this.#lines[Symbol.asyncIterator]()
  }

  async line(): Promise<string> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(reject, LINE_TIMEOUT_MS, new Error(`No line.${this.complaints}`))
    })
    try {
      const { done, value } = await Promise.race([this.#iterator.next(), late])
      if (done) throw new Error(`The child ended without a further line. ${this.complaints}`)
      return value
    } finally {
      clearTimeout(timer)
    }
  }

  /** Waits for the line that tells of a started server. */
  async started(): Promise<Started> {
    // The fixture writes one object of this shape.
    return JSON.parse(await this.line()) as Started
  }

  get complaints(): string {
    return this.#complaints.join('')
  }

  /** Sends a signal to the child alone, or to its whole group as Ctrl-C does. */
  signal(signal: NodeJS.Signals, to: 'child' | 'group' = 'child'): void {
    const { pid } = this.process
    if (pid !== undefined) process.kill(to === 'group' ? -pid : pid, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGKILL')
      await this.exit
    }
    this.#lines.close()
  }
}

/** Runs the fixture, which starts a server under `temporaryFolder` and then does as told. */
export function startAndEnd(way: string, temporaryFolder: string): Child {
  return new Child(['--import', 'tsx', FIXTURE, way, temporaryFolder], {})
}
