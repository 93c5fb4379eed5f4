import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'

const STOP_TIMEOUT_MS = 8_000

/** Programs of this app that run while it does, and end with it. */
export class ChildProcesses {
  readonly #cwd: string
  readonly #running = new Set<ChildProcess>()

  constructor(cwd: string) {
    this.#cwd = cwd
  }

  /** Runs a program and resolves to its exit code; its lines are printed with its name. */
  async run(name: string, command: string[], env: NodeJS.Dict<string>): Promise<number> {
    const [program = '', ...args] = command
    const child = spawn(program, args, {
      cwd: this.#cwd,
      // Its own group: the whole of it is stopped, in our order, and a Ctrl-C reaches us alone.
      detached: true,
      env: { ...process.env, ...env, PATH: this.#path() },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#running.add(child)
    createInterface({ input: child.stdout }).on('line', (line) => console.log(`[${name}] ${line}`))
    createInterface({ input: child.stderr }).on('line', (line) =>
      console.error(`[${name}] ${line}`),
    )
    try {
      const [code]: unknown[] = await once(child, 'exit')
      return typeof code === 'number' ? code : 1
    } finally {
      this.#running.delete(child)
    }
  }

  /** Runs a program and throws unless it succeeds. */
  async runToEnd(name: string, command: string[], env: NodeJS.Dict<string>): Promise<void> {
    const code = await this.run(name, command, env)
    if (code !== 0) throw new Error(`${name} ended with code ${code}.`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map(stop))
  }

  /** The programs of this workspace first, as npm would have it. */
  #path(): string {
    const folders = [this.#cwd, join(this.#cwd, '../..')]
    const programs = folders.map((folder) => join(folder, 'node_modules/.bin'))
    return [...programs, process.env.PATH].join(delimiter)
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  signalGroup(child.pid, 'SIGTERM')
  const { pid } = child
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), STOP_TIMEOUT_MS)
  try {
    await exit
  } finally {
    clearTimeout(timer)
    // Whatever of its group is left.
    signalGroup(pid, 'SIGKILL')
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // The group has ended.
  }
}
