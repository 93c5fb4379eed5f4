import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** What test files are isolated by. */
export interface Variant {
  readonly name: string
  readonly runner: 'vitest' | 'jest'
  readonly setup: 'ours' | 'peer' | 'nothing'
  readonly isolation: 'database' | 'transaction'
}

/** What a run of all files came to. */
export interface TestRunResult {
  readonly wallMs: number
  /** Tests that found a row of another file, or not their own. */
  readonly violations: number
  /** Tests that came to their end. */
  readonly tests: number
  readonly openMs: readonly number[]
  readonly closeMs: readonly number[]
}

interface Line {
  readonly violations?: number
  readonly openMs?: number
  readonly closeMs?: number
}

const COMMANDS = {
  vitest: ['node_modules/vitest/vitest.mjs', 'run', '--reporter', 'dot'],
  jest: ['node_modules/jest/bin/jest.js', '--silent', '--reporters', 'default'],
}
const TIMEOUT_MS = 900_000

/** Runs all test files of an application in one variant, with a number of workers. */
export async function runTests(
  folder: string,
  databaseUrl: string,
  { runner, setup, isolation }: Variant,
  workers: number,
): Promise<TestRunResult> {
  const records = join(folder, 'records')
  rmSync(records, { force: true })
  const startedAt = performance.now()
  const child = spawn(process.execPath, COMMANDS[runner], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      TMPDIR: process.env['TMPDIR'],
      DATABASE_URL: databaseUrl,
      BENCH_RECORDS: records,
      BENCH_SETUP: setup,
      BENCH_ISOLATION: isolation,
      BENCH_ROLLS_BACK: isolation === 'transaction' ? 'yes' : 'no',
      BENCH_WORKERS: String(workers),
    },
    // Tests that fail without isolation are what they are there for.
    stdio: ['ignore', 'ignore', setup === 'ours' ? 'inherit' : 'ignore'],
    timeout: TIMEOUT_MS,
  })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  try {
    await once(child, 'exit')
  } finally {
    process.off('exit', kill)
    kill()
  }
  const wallMs = performance.now() - startedAt
  const lines = linesOf(records)
  const violations = valuesOf(lines, 'violations')
  return {
    wallMs,
    violations: violations.filter((count) => count > 0).length,
    tests: violations.length,
    openMs: valuesOf(lines, 'openMs'),
    closeMs: valuesOf(lines, 'closeMs'),
  }
}

function linesOf(file: string): Line[] {
  // The test files write one object of this shape a line.
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

function valuesOf(lines: readonly Line[], name: keyof Line): number[] {
  return lines.flatMap(({ [name]: value }) => (value === undefined ? [] : [value]))
}
