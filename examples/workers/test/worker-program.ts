import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

// Less than a test may take, so that a program which does not end is seen as one that was killed.
const TIMEOUT_MS = 45_000

/** How a program ended. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
}

/** A program under `src`, in a process of its own. */
export class WorkerProgram implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  #stdout = ''
  #stderr = ''
  #onOutput = (): void => {}

  constructor(file: string, env: NodeJS.Dict<string>) {
    const { VITEST: _, NODE_OPTIONS: __, ...rest } = process.env
    const path = fileURLToPath(new URL(`../src/${file}`, import.meta.url))
    // Not by the command of tsx, which would take the signal and tell it as an exit code.
    this.#child = spawn(process.execPath, ['--import', 'tsx', path], {
      env: { ...rest, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), TIMEOUT_MS)
    this.#closed = once(this.#child, 'close').finally(() => clearTimeout(timer))
    this.#child.stdout?.on('data', (chunk) => {
      this.#stdout += String(chunk)
      this.#onOutput()
    })
    this.#child.stderr?.on('data', (chunk) => {
      this.#stderr += String(chunk)
    })
  }

  /** Waits until the program has printed a line; rejects if it ends before. */
  async printed(line: string): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      this.#onOutput = () => {
        if (this.#stdout.split('\n').includes(line)) resolve()
      }
      this.#onOutput()
    })
    const ended = this.#closed.then(() => {
      throw new Error(`It ended without "${line}":\n${this.#stdout}${this.#stderr}`)
    })
    await Promise.race([seen, ended])
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async ending(): Promise<Ending> {
    await this.#closed
    const { exitCode, signalCode } = this.#child
    return { code: exitCode, signal: signalCode, stderr: this.#stderr }
  }

  /** Ends it whatever it does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
  }
}
