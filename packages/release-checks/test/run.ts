import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** How a program ended, and what it said. */
export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** The folder to run in. */
  readonly cwd: string
  /** Variables of the environment beside those that a user's shell has. */
  readonly env?: Readonly<Record<string, string>>
}

const TIMEOUT_MS = 100_000

// What npm and Vitest tell the programs that they start is nothing that a user's shell has.
const OF_THIS_RUN =
  /^(?:npm_(?:package|lifecycle|execpath|command)|npm_config_(?:local|global)_prefix$|INIT_CWD$|NODE_ENV$|NODE_OPTIONS$|TEST$|VITEST|DATABASE_URL$)/

/** Runs a program as a user's shell does, and tells how it ended, be it well or badly. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: RunOptions,
): Promise<Run> {
  const inherited = Object.entries(process.env).filter(([name]) => !OF_THIS_RUN.test(name))
  const child = spawn(command, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  await once(child, 'close')
  return {
    code: child.exitCode,
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  }
}

/** Runs a program that has to succeed; returns what it wrote to stdout. */
export async function succeed(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options)
  if (code === 0) return stdout

  throw new Error(`\`${[command, ...args].join(' ')}\` ended with ${code}:\n${stdout}${stderr}`)
}
