import { execFile } from 'node:child_process'
import { join } from 'node:path'
import type { Comparison } from '../../../packages/cli/src/monitor/comparison.ts'
import { HISTOGRAM } from './histogram.ts'

const COMMAND = join(import.meta.dirname, '../../../packages/cli/bin/oneprisma.mjs')
const INTERVAL_MS = 200

/** How much is recorded. */
export interface RecordingLength {
  readonly windows: number
  readonly windowMs: number
}

/** Records a database and the metrics of apps, by release. */
export async function record(
  file: string,
  databaseUrl: string,
  metrics: readonly string[],
  { windows, windowMs }: RecordingLength,
): Promise<void> {
  const lengths = ['--window', `${windowMs}ms`, '--interval', `${INTERVAL_MS}ms`]
  const { status, stderr } = await run(
    ['record', '--out', file, '--url-env', 'DATABASE_URL', '--by', 'release'].concat(
      metrics.flatMap((url) => ['--metrics', url]),
      ['--histogram', HISTOGRAM, ...lengths, '--for', `${windows * windowMs}ms`],
    ),
    { DATABASE_URL: databaseUrl },
  )
  if (status !== 0) throw new Error(`The recorder ended with ${status}: ${stderr}`)
}

/** Compares recordings; whatever the verdict is. */
export async function compareRecordings(args: readonly string[]): Promise<Comparison> {
  const { stdout, stderr } = await run(['compare', '--json', ...args], {})
  if (stdout === '') throw new Error(`The comparison failed: ${stderr}`)
  // docs/monitor.md has this shape.
  return JSON.parse(stdout) as Comparison
}

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [COMMAND, 'monitor', ...args],
      { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 },
      (_, stdout, stderr) => resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}
