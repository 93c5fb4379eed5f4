import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { PostgresUser } from './postgres-user.ts'

/** What the guard process is told, as one line of JSON. */
export interface GuardJob extends PostgresUser {
  /** The server's program and its arguments. */
  readonly program: string
  readonly args: readonly string[]
  /** The folder to remove when the server has ended. */
  readonly folder: string
}

/** The guard of a server: ready with its process id, or not, with the server's last words. */
export type Guarded =
  | { readonly pid: number; stop: () => Promise<void> }
  | { readonly pid: undefined; readonly lastLines: readonly string[] }

// The server has 9 seconds in the guard; a guard that takes longer is stuck.
const STOP_TIMEOUT_MS = 15_000
const READY_TIMEOUT_MS = 60_000

/** Starts the guard process and waits until its server accepts connections, or has failed. */
export async function guardPostgres(job: GuardJob): Promise<Guarded> {
  const guard = spawn(process.execPath, [fileURLToPath(new URL('./guard.mjs', import.meta.url))], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { NODE_ENV: 'production' },
  })
  guard.stdin.on('error', () => {})
  guard.stdin.write(`${JSON.stringify(job)}\n`)

  const answer = await firstAnswer(guard)
  if (answer.ready === undefined) {
    await stop(guard)
    return { pid: undefined, lastLines: answer.failed ?? ['nothing for a minute'] }
  }
  // From here on, the guard shall not keep this process alive.
  guard.unref()
  for (const pipe of [guard.stdin, guard.stdout]) {
    if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref()
  }
  let stopping: Promise<void> | undefined
  return { pid: answer.ready, stop: () => (stopping ??= stop(guard)) }
}

interface Answer {
  readonly ready?: number
  readonly failed?: readonly string[]
}

async function firstAnswer(guard: ChildProcess): Promise<Answer> {
  if (guard.stdout === null) return { failed: ['the guard process has no output'] }

  const lines = createInterface({ input: guard.stdout })
  try {
    const signal = AbortSignal.timeout(READY_TIMEOUT_MS)
    const line: unknown[] = await Promise.race([
      once(lines, 'line', { signal }),
      once(guard, 'exit', { signal }).then(() => ['{"failed":["the guard process ended"]}']),
    ])
    // The guard writes one JSON object a line.
    return JSON.parse(String(line[0])) as Answer
  } catch {
    return {}
  } finally {
    lines.close()
  }
}

async function stop(guard: ChildProcess): Promise<void> {
  if (guard.exitCode !== null || guard.signalCode !== null) return
  guard.ref()
  const timer = setTimeout(() => guard.kill('SIGKILL'), STOP_TIMEOUT_MS)
  try {
    const exit = once(guard, 'exit')
    guard.stdin?.end()
    await exit
  } finally {
    clearTimeout(timer)
  }
}
