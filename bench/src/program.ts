import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { constants } from 'node:os'
import { join } from 'node:path'
import type { BenchDatabase } from './bench-database.ts'

const FOLDER = join(import.meta.dirname, '../programs')
// More than the 10 seconds that an idle connection of pg lasts.
const HUNG_AFTER_MS = 15_000
const SESSIONS_GONE_MS = 1_000

/** How a program ended. */
export interface ProgramEnd {
  /** Its exit code, 128 and the number of the signal that ended it, or -1 if it hung. */
  readonly status: number
  /** Whether a signal ended it, and not an exit code that looks like one. */
  readonly isBySignal: boolean
  /** From the answer of its last query, by its own word, to its end. */
  readonly msAfterLast: number
  /** The sessions that were at the server a second later, at most. */
  readonly sessions: number
  readonly isWorkDone: boolean
}

/** Runs one of the programs beside this folder to its end. */
export async function runProgram(
  database: BenchDatabase,
  variant: string,
  args: readonly string[],
  signals: ReadonlyArray<readonly [line: string, signal: NodeJS.Signals]> = [],
): Promise<ProgramEnd> {
  const name = `program-${randomUUID()}`
  const [file = '', ...rest] = args
  const flags = file.endsWith('.ts') ? ['--import', 'tsx'] : []
  const child = spawn(process.execPath, [...flags, join(FOLDER, file), ...rest], {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      PROGRAM_NAME: name,
      PROGRAM_VARIANT: variant,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  try {
    return await endOf(child, name, database, signals)
  } finally {
    process.off('exit', kill)
    kill()
  }
}

async function endOf(
  child: ChildProcess,
  name: string,
  database: BenchDatabase,
  signals: ReadonlyArray<readonly [line: string, signal: NodeJS.Signals]>,
): Promise<ProgramEnd> {
  let output = ''
  const due = [...signals]
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    const [next] = due
    if (next === undefined || !output.includes(next[0])) return
    due.shift()
    child.kill(next[1])
  })
  let isHung = false
  const patience = setTimeout(() => {
    isHung = true
    child.kill('SIGKILL')
  }, HUNG_AFTER_MS)
  // The values that `exit` is documented to emit.
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  const endedAt = performance.timeOrigin + performance.now()
  clearTimeout(patience)

  const lastAt = Number(/^last (\S+)$/m.exec(output)?.[1])
  const notes = await database.query('SELECT 1 FROM program_note WHERE program = $1', [name])
  return {
    status: isHung ? -1 : (code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    isBySignal: signal !== null && !isHung,
    msAfterLast: endedAt - lastAt,
    sessions: await sessionsLeft(name, database),
    isWorkDone: notes.length > 0,
  }
}

/** The server needs a moment to notice that a process is gone. */
async function sessionsLeft(name: string, database: BenchDatabase): Promise<number> {
  const until = performance.now() + SESSIONS_GONE_MS
  for (;;) {
    const sessions = await database.connections(name)
    if (sessions === 0 || performance.now() > until) return sessions
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
