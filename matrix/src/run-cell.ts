import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CellNotRun, type Cell, type CellFindings, type CellResult } from './cell.ts'
import type { Engines } from './engines.ts'

export interface RunCellOptions {
  /** @default 480_000 */
  readonly timeoutMs?: number
  /** Ends the cell before its time. */
  readonly signal?: AbortSignal
}

const CELL_TIMEOUT_MS = 480_000

/** Runs one cell in a folder of its own, and removes the folder. Never rejects for what the cell does. */
export async function runCell(
  cell: Cell,
  tarball: string,
  engines: Engines,
  options: RunCellOptions = {},
): Promise<CellResult> {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-'))
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  const timer = setTimeout(abort, options.timeoutMs ?? CELL_TIMEOUT_MS)
  options.signal?.addEventListener('abort', abort, { once: true })
  try {
    const findings = await cell.run({ folder, tarball, engines, signal: controller.signal })
    return resultOf(cell, findings)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const detail = message.replaceAll(folder, '.').replaceAll(/\s+/g, ' ').slice(0, 600)
    const outcome = error instanceof CellNotRun ? 'not run' : 'red'
    return { ...baseOf(cell), outcome, detail, checks: 0, facts: {} }
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', abort)
    controller.abort()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

function resultOf(cell: Cell, { checks, facts }: CellFindings): CellResult {
  const entries = Object.entries(checks)
  const failed = entries.filter(([, found]) => found !== 'ok')
  // A program that checks nothing has proven nothing.
  if (entries.length === 0) failed.push(['checks', 'none was made'])
  return {
    ...baseOf(cell),
    outcome: failed.length === 0 ? 'green' : 'red',
    detail: failed.map(([name, found]) => `${name}: ${found}`).join('; '),
    checks: entries.length,
    facts,
  }
}

function baseOf({
  id,
  kind,
  title,
}: Cell): Pick<CellResult, 'id' | 'kind' | 'title' | 'node' | 'date'> {
  return {
    id,
    kind,
    title,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
  }
}
