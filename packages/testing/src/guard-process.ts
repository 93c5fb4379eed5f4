import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { TestingError, type TestingErrorCode } from './errors.ts'
import { removeRun } from './guard/leftovers.mjs'

/** What the guard is told. */
export interface GuardJob {
  readonly password: string
  readonly settings: Readonly<Record<string, string>>
}

/** How a server is halted: in good order, at once, or by the death of its main process. */
export type Halt = 'fast' | 'immediate' | 'crash'

interface RunningServer {
  readonly pid: number
  readonly port: number
  readonly folder: string
}

/** A server and the guard process that ends it together with this process. */
export interface GuardedServer extends RunningServer {
  readonly halt: (how: Halt) => Promise<void>
  readonly start: () => Promise<RunningServer>
  /** Lets the server outlive this process. There is nothing more to stop then. */
  readonly linger: (ms: number) => Promise<void>
  readonly stop: () => Promise<void>
}

type Answer =
  | { readonly ready: RunningServer }
  | { readonly halted: true }
  | { readonly lingers: true }
  | { readonly failed: { readonly code: TestingErrorCode; readonly message: string } }

const MAIN = fileURLToPath(new URL('./guard/main.mjs', import.meta.url))
// What Node and `os.tmpdir` need. NODE_OPTIONS is not passed on: a loader of this process is none of
// the guard's.
const ENVIRONMENT = ['PATH', 'LD_LIBRARY_PATH', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'WINDIR']
const ANSWER_TIMEOUT_MS = 180_000
// The guard gives the server 10 seconds; a guard that takes much longer is stuck.
const STOP_TIMEOUT_MS = 13_000

/** Starts a guard and waits for its server. */
export async function startGuarded(job: GuardJob): Promise<GuardedServer> {
  const guard = spawn(process.execPath, [MAIN, randomBytes(8).toString('hex')], {
    detached: true,
    windowsHide: true,
    cwd: tmpdir(),
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      NODE_ENV: 'production',
      ...Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]])),
    },
  })
  // A guard that is gone shows itself by its end.
  guard.stdin.on('error', () => {})
  guard.stdin.write(`${JSON.stringify(job)}\n`)

  try {
    const server = await readyServer(guard)
    setReferenced(guard, false)
    let stopping: Promise<void> | undefined
    return {
      ...server,
      halt: async (how) => {
        await told(guard, { halt: how }, nextAnswer)
      },
      start: () => told(guard, { start: true }, readyServer),
      linger: async (ms) => {
        await told(guard, { linger: ms }, nextAnswer)
        guard.stdin.end()
        stopping = Promise.resolve()
      },
      stop: () => (stopping ??= stop(guard, server.folder)),
    }
  } catch (error) {
    await endGuard(guard)
    throw error
  }
}

/** Sends the guard a command, and keeps this process alive until it has answered. */
async function told<Result>(
  guard: ChildProcess,
  command: object,
  answer: (guard: ChildProcess) => Promise<Result>,
): Promise<Result> {
  if (!isRunning(guard)) {
    throw new TestingError('POSTGRES_DID_NOT_START', 'The embedded Postgres was stopped for good.')
  }
  setReferenced(guard, true)
  try {
    guard.stdin?.write(`${JSON.stringify(command)}\n`)
    return await answer(guard)
  } finally {
    setReferenced(guard, false)
  }
}

async function readyServer(guard: ChildProcess): Promise<RunningServer> {
  const answer = await nextAnswer(guard)
  if ('ready' in answer) return answer.ready
  const { code, message } =
    'failed' in answer
      ? answer.failed
      : ({ code: 'POSTGRES_DID_NOT_START', message: 'The server was halted meanwhile.' } as const)
  throw new TestingError(code, message)
}

async function nextAnswer(guard: ChildProcess): Promise<Answer> {
  const complaints: string[] = []
  const complain = (chunk: Buffer): void => void complaints.push(chunk.toString())
  guard.stderr?.on('data', complain)
  const lines = createInterface({ input: guard.stdout ?? process.stdin })
  const controller = new AbortController()
  const { signal } = controller
  const timer = setTimeout(() => controller.abort(), ANSWER_TIMEOUT_MS)
  try {
    const [line]: unknown[] = await Promise.race([
      once(lines, 'line', { signal }),
      once(guard, 'close', { signal }).then(() => {
        throw new Error(complaints.join('').trim() || 'it ended without a word')
      }),
    ])
    // The guard's protocol is one line of JSON of this shape.
    return JSON.parse(String(line)) as Answer
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TestingError(
      'POSTGRES_DID_NOT_START',
      `The process that guards the embedded Postgres failed: ${reason}. Set DATABASE_URL to a server of yours.`,
      { cause },
    )
  } finally {
    clearTimeout(timer)
    controller.abort()
    guard.stderr?.off('data', complain)
    lines.close()
  }
}

async function stop(guard: ChildProcess, folder: string): Promise<void> {
  setReferenced(guard, true)
  await endGuard(guard)
  // Nothing is left to do, unless the guard itself was killed or was stuck.
  await removeRun(folder)
}

async function endGuard(guard: ChildProcess): Promise<void> {
  guard.stdin?.end()
  if (!isRunning(guard)) return

  const timer = setTimeout(() => guard.kill('SIGKILL'), STOP_TIMEOUT_MS)
  try {
    await once(guard, 'exit')
  } finally {
    clearTimeout(timer)
  }
}

function isRunning(guard: ChildProcess): boolean {
  return guard.pid !== undefined && guard.exitCode === null && guard.signalCode === null
}

/** Whether the guard keeps this process alive. */
function setReferenced(guard: ChildProcess, isReferenced: boolean): void {
  const method = isReferenced ? 'ref' : 'unref'
  guard[method]()
  for (const pipe of [guard.stdin, guard.stdout, guard.stderr]) {
    if (pipe instanceof Socket) pipe[method]()
  }
}
