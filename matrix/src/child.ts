import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export interface CommandOptions {
  readonly cwd: string
  readonly signal: AbortSignal
  readonly env?: Readonly<Record<string, string>>
}

/** A process that was started and is still to be ended. */
export interface RunningCommand {
  readonly child: ChildProcess
  /** All that it has written so far. */
  readonly output: () => string
  /** Resolves to its exit code when it has ended; -1 where a signal ended it. */
  readonly ended: Promise<number>
  /** Ends it and what it has started, at once. Harmless when it has ended. */
  readonly kill: () => void
}

/** Starts a command in a process group of its own, which ends with the signal and with this process. */
export function startCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): RunningCommand {
  options.signal.throwIfAborted()
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  }
  const kill = (): void => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // The whole group is gone already.
    }
  }
  process.once('exit', kill)
  options.signal.addEventListener('abort', kill, { once: true })
  const ended = once(child, 'close')
    // The values that `close` is documented to emit.
    .then((values) => (values as [number | null])[0] ?? -1)
    .finally(() => {
      kill()
      process.off('exit', kill)
      options.signal.removeEventListener('abort', kill)
    })
  return { child, output: () => output, ended, kill }
}

/** Runs a command to its end and returns what it has written. Throws its last lines if it fails. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const running = startCommand(command, args, options)
  const code = await running.ended
  if (options.signal.aborted) {
    throw new Error(
      `\`${nameOf(command)} ${args.join(' ')}\` did not end in time: ${lastLines(running.output())}`,
    )
  }
  if (code !== 0) {
    throw new Error(
      `\`${nameOf(command)} ${args.join(' ')}\` ended with ${code}: ${lastLines(running.output())}`,
    )
  }
  return running.output()
}

/** The end of an output, short enough for a table. */
export function lastLines(output: string): string {
  return output.trim().split('\n').slice(-12).join(' / ').slice(-600)
}

function nameOf(command: string): string {
  return command.split('/').at(-1) ?? command
}
