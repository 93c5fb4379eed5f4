import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'

const app = join(import.meta.dirname, '..')
const STOP_TIMEOUT_MS = 10_000

/** A program of the app, with what it printed. */
export interface Program {
  readonly child: ChildProcess
  /** Everything printed so far, on both streams. */
  output(): string
  /** Sends a signal and resolves to how the program ended. */
  end(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Starts a program of the app's own or of the workspace, without the variables of the test run. */
export function startProgram(
  name: string,
  args: readonly string[],
  env: NodeJS.Dict<string>,
): Program {
  const { VITEST: _, ...rest } = process.env
  const folders = [app, join(app, '../..')].map((folder) => join(folder, 'node_modules/.bin'))
  const chunks: string[] = []
  // Not through npm or a shell: a signal shall reach the program itself.
  const child = spawn(name, args, {
    cwd: app,
    env: {
      ...rest,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      ...env,
      PATH: [...folders, process.env.PATH].join(delimiter),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  }
  return {
    child,
    output: () => chunks.join(''),
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit')
        child.kill(signal)
        const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
        await exit.finally(() => clearTimeout(timer))
      }
      return { code: child.exitCode, signal: child.signalCode }
    },
  }
}

/** Runs a program to its end. */
export async function runProgram(
  name: string,
  args: readonly string[],
  env: NodeJS.Dict<string>,
): Promise<{ code: number | null; output: string }> {
  const program = startProgram(name, args, env)
  await once(program.child, 'close')
  return { code: program.child.exitCode, output: program.output() }
}
