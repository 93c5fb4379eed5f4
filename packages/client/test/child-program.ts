import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('fixtures/script', import.meta.url))
const tsx = createRequire(import.meta.url).resolve('tsx/cli')

// Less than a test may take, so that a program which does not end is seen as one that was killed.
const TIMEOUT_MS = 25_000

/** How a program ended, with everything that it printed. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A program under `fixtures/script`, in a process of its own. */
export class ChildProgram {
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  #stdout = ''
  #stderr = ''
  #onOutput = (): void => {}

  constructor(file: string, args: readonly string[], env: NodeJS.Dict<string>) {
    const { VITEST: _, JEST_WORKER_ID: __, NODE_OPTIONS: ___, ...rest } = process.env
    const path = `${folder}/${file}`
    this.#child = spawn(
      process.execPath,
      file.endsWith('.ts') ? [tsx, path, ...args] : [path, ...args],
      // A group of its own, for tsx runs the program in a process below its own.
      { env: { ...rest, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    )
    const timer = setTimeout(() => this.#kill(), TIMEOUT_MS)
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
    await this.#seen(line, (lines) => (lines.includes(line) ? line : undefined))
  }

  /** Waits until the program has printed a line with these words first, and returns what follows. */
  async printedAfter(words: string): Promise<string> {
    return this.#seen(words, (lines) =>
      lines.find((line) => line.startsWith(words))?.slice(words.length),
    )
  }

  async #seen(
    name: string,
    find: (lines: readonly string[]) => string | undefined,
  ): Promise<string> {
    const seen = new Promise<string>((resolve) => {
      this.#onOutput = () => {
        // The last one may not be complete.
        const found = find(this.#stdout.split('\n').slice(0, -1))
        if (found !== undefined) resolve(found)
      }
      this.#onOutput()
    })
    const ended = this.#closed.then(() => {
      throw new Error(`It ended without "${name}":\n${this.#stdout}${this.#stderr}`)
    })
    return Promise.race([seen, ended])
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async ending(): Promise<Ending> {
    await this.#closed
    return {
      code: this.#child.exitCode,
      signal: this.#child.signalCode,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }
  }

  /** Ends it whatever it does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill()
    await this.#closed
  }

  #kill(): void {
    const { pid } = this.#child
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL')
    } catch {
      // The group has ended.
    }
  }
}
