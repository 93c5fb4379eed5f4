import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { CellResult } from './cell.ts'
import { cells } from './cells.ts'
import { runCommand } from './child.ts'
import { Engines } from './engines.ts'
import { runCell } from './run-cell.ts'
import { between, mergeResults, pageTablesOf, shortTableOf } from './tables.ts'

const USAGE = `Usage: npm run matrix -- [--only <part of a cell's name>]... [--tarball <packed client>] [--list]

Installs and runs the cells one by one, keeps the results in matrix/results.json, and writes their
tables to docs/compatibility.md and README.md. Ends with 1 if a cell is red.`

const ROOT = join(import.meta.dirname, '../..')
const RESULTS = join(ROOT, 'matrix/results.json')
const PACK_TIMEOUT_MS = 60_000
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    tarball: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const { only } = values
const chosen = cells.filter(
  ({ id }) => only.length === 0 || only.some((pattern) => id.includes(pattern)),
)
if (values.help) console.log(USAGE)
else if (values.list) console.log(chosen.map(({ id }) => id).join('\n'))
else if (chosen.length === 0) {
  console.error(`No cell is named like ${only.join(' or ')}. \`--list\` names them all.`)
  process.exitCode = 2
} else process.exitCode = (await runAll()) ? 0 : 1

/** Runs the chosen cells; resolves to whether none is red. */
async function runAll(): Promise<boolean> {
  const packed = await mkdtemp(join(tmpdir(), 'matrix-pack-'))
  await using engines = new Engines()
  const interrupted = new AbortController()
  const interrupt = (): void => interrupted.abort()
  for (const signal of SIGNALS) process.once(signal, interrupt)
  try {
    const tarball = values.tarball === undefined ? await pack(packed) : resolve(values.tarball)
    const results: CellResult[] = []
    for (const cell of chosen) {
      console.error(`${cell.id} ...`)
      const result = await runCell(cell, tarball, engines, { signal: interrupted.signal })
      if (interrupted.signal.aborted) return false
      results.push(result)
      const detail = result.detail === '' ? '' : `: ${result.detail}`
      console.log(`${result.outcome.padEnd(8)} ${result.id}${detail}`)
      await keep([result])
    }
    await rewrite('README.md', shortTableOf(await kept()))
    console.log(`\n${shortTableOf(results)}`)
    return results.every(({ outcome }) => outcome !== 'red')
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt)
    await rm(packed, { recursive: true, force: true })
  }
}

async function pack(folder: string): Promise<string> {
  const args = ['pack', '--silent', '--pack-destination', folder]
  const cwd = join(ROOT, 'packages/client')
  const signal = AbortSignal.timeout(PACK_TIMEOUT_MS)
  return join(folder, (await runCommand('npm', args, { cwd, signal })).trim())
}

/** Keeps each result at once, so that a run that is ended early keeps what it has seen. */
async function keep(results: readonly CellResult[]): Promise<void> {
  const ids = cells.map(({ id }) => id)
  const merged = mergeResults(ids, await kept(), results)
  await writeFile(RESULTS, `${JSON.stringify(merged, null, 2)}\n`)
  await rewrite('docs/compatibility.md', pageTablesOf(merged))
}

async function kept(): Promise<CellResult[]> {
  if (!existsSync(RESULTS)) return []
  // The file that `keep` writes.
  return JSON.parse(await readFile(RESULTS, 'utf8')) as CellResult[]
}

async function rewrite(file: string, content: string): Promise<void> {
  const path = join(ROOT, file)
  const text = await readFile(path, 'utf8')
  await writeFile(path, between(text, 'matrix', content))
}
