import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

const STOP_TIMEOUT_MS = 5_000

export interface ProgramOptions {
  readonly cwd: string
  readonly env?: NodeJS.Dict<string>
}

export interface ProgramEnd {
  /** The exit code; null where a signal ended it, as when its time was over. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
}

/** A program that runs beside this one and never outlives it. */
export class Program implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #startedAt = performance.now()
  readonly #printed = { stdout: '', stderr: '' }
  readonly #closed: Promise<unknown>

  /** Starts it with this Node.js, in a process group of its own: Ctrl-C reaches this process alone. */
  constructor(args: readonly string[], { cwd, env = {} }: ProgramOptions) {
    this.#child = spawn(process.execPath, [...args], {
      cwd,
      detached: process.platform !== 'win32',
      env: { ...inherited(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name]?.on('data', (chunk: Buffer) => (this.#printed[name] += chunk.toString()))
    }
    this.#closed = once(this.#child, 'close')
    const kill = (): void => this.#signal('SIGKILL')
    process.prependListener('exit', kill)
    this.#child.once('close', () => process.off('exit', kill))
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** The last of what it printed, on both streams. */
  get lastWords(): string {
    return (this.#printed.stdout + this.#printed.stderr).trim().slice(-3_000)
  }

  /** Resolves when it has ended; it is killed when its time is over. */
  async end(timeoutMs: number): Promise<ProgramEnd> {
    const timer = setTimeout(() => this.#signal('SIGKILL'), timeoutMs)
    await this.#closed.finally(() => clearTimeout(timer))
    const ms = Math.round(performance.now() - this.#startedAt)
    return { code: this.#child.exitCode, ...this.#printed, ms }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.hasEnded) this.#signal('SIGTERM')
    await this.end(STOP_TIMEOUT_MS)
    // Whatever of its group is left.
    this.#signal('SIGKILL')
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child
    try {
      if (pid === undefined) return
      if (process.platform === 'win32') this.#child.kill(signal)
      else process.kill(-pid, signal)
    } catch {
      // The group has ended.
    }
  }
}

/** Runs a program to its end, whatever that is. */
export async function runProgram(
  args: readonly string[],
  { timeoutMs, ...options }: ProgramOptions & { readonly timeoutMs: number },
): Promise<ProgramEnd> {
  return new Program(args, options).end(timeoutMs)
}

/** Runs a program to its end, which has to be a success. */
export async function runToSuccess(
  what: string,
  args: readonly string[],
  options: ProgramOptions & { readonly timeoutMs: number },
): Promise<ProgramEnd> {
  const end = await runProgram(args, options)
  if (end.code === 0) return end

  const how =
    end.code === null
      ? `was ended after ${end.ms} ms (its limit is ${options.timeoutMs} ms)`
      : `failed with code ${end.code}`
  throw new Error(
    `${what} ${how} in ${options.cwd}:\n${(end.stdout + end.stderr).trim().slice(-3_000)}`,
  )
}

// What a test runner sets for its own process is not meant for these, nor is a database of one's own.
function inherited(): NodeJS.ProcessEnv {
  const {
    NODE_ENV: _mode,
    VITEST: _runner,
    NODE_OPTIONS: _options,
    DATABASE_URL: _url,
    ...rest
  } = process.env
  return { ...rest, NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1' }
}
