import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Sources } from './sources.ts'

/** One run of a tool on a repository. */
export interface ToolRun {
  readonly ms: number
  /** The most memory that its process had; NaN where it has several processes. */
  readonly peakBytes: number
  /** `path:line` of each `new` of a constructor that the file imports as PrismaClient. */
  readonly sites: readonly string[]
  /** Files that it could not parse. */
  readonly failures: number
}

/** Something that can be run on a repository, as a process of its own. */
export interface Tool {
  readonly name: string
  run(sources: Sources): ToolRun
}

const require = createRequire(import.meta.url)
const PROGRAMS = join(import.meta.dirname, '../../programs')
const BIN = join(require.resolve('oneprisma/package.json'), '../bin/oneprisma.mjs')
const JSCODESHIFT = join(require.resolve('jscodeshift/package.json'), '../bin/jscodeshift.js')

export const INVENTORY: Tool = {
  name: 'oneprisma',
  run: (sources) => runOurs(sources, 'inventory'),
}

export const CHECK: Tool = { name: 'oneprisma check', run: (sources) => runOurs(sources, 'check') }

export const MIGRATE: Tool = {
  name: 'oneprisma migrate, dry run',
  run: (sources) => runOurs(sources, 'migrate'),
}

export const JSCODESHIFT_ALL: Tool = {
  name: 'jscodeshift, one process',
  run: ({ folder, list }) => runFinder('find-with-jscodeshift.cjs', folder, list),
}

export const TS_MORPH_ALL: Tool = {
  name: 'ts-morph',
  run: ({ folder, list }) => runFinder('find-with-ts-morph.mjs', folder, list),
}

export const TS_MORPH_PREFILTERED: Tool = {
  name: 'ts-morph, files with the word',
  run: ({ folder, list }) => runFinder('find-with-ts-morph.mjs', folder, list, 'prefilter'),
}

export const JSCODESHIFT_COMMAND: Tool = {
  name: 'jscodeshift, its command with workers',
  run: ({ folder }) => {
    const { ms, output } = measure([
      JSCODESHIFT,
      '--dry',
      '--silent',
      '--extensions=ts,tsx,js,jsx,mjs,cjs,mts,cts',
      '--ignore-pattern=**/node_modules/**',
      `--transform=${join(PROGRAMS, 'find-transform.cjs')}`,
      folder,
    ])
    const sites = [...output.matchAll(/^site (.*)$/gm)].map(([, site = '']) =>
      site.slice(folder.length + 1),
    )
    const failures = Number(/^(\d+) errors$/m.exec(output)?.[1] ?? 0)
    return { ms, peakBytes: Number.NaN, sites, failures }
  },
}

function runOurs({ folder }: Sources, command: string): ToolRun {
  const { ms, peakBytes, output } = measure([BIN, command, '--json', folder], [0, 1])
  const found = JSON.parse(output) as OurOutput
  const sites = found.sites.flatMap(({ path, line, kind, binding }) =>
    kind === 'new' && binding !== 'subclass' ? [`${path}:${line}`] : [],
  )
  return { ms, peakBytes, sites, failures: found.unparsed.length }
}

/** What `inventory --json` is documented to print. */
interface OurOutput {
  readonly sites: ReadonlyArray<{
    readonly path: string
    readonly line: number
    readonly kind: string
    readonly binding: string
  }>
  readonly unparsed: readonly unknown[]
}

function runFinder(program: string, ...args: readonly string[]): ToolRun {
  const { ms, peakBytes, output } = measure([join(PROGRAMS, program), ...args])
  // The programs print nothing else.
  const found = JSON.parse(output) as Pick<ToolRun, 'sites' | 'failures'>
  return { ms, peakBytes, ...found }
}

/** Runs a program of Node from its start to its end. */
function measure(
  args: readonly string[],
  codes: readonly number[] = [0],
): { readonly ms: number; readonly peakBytes: number; readonly output: string } {
  const peakFile = join(import.meta.dirname, `../../.work/${process.pid}-peak-memory`)
  const flags = ['--max-old-space-size=8192', '--require', join(PROGRAMS, 'peak-memory.cjs')]
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    env: { ...process.env, PEAK_MEMORY_FILE: peakFile },
  })
  const ms = performance.now() - start
  if (status === null || !codes.includes(status)) {
    throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  }
  const peakBytes = Number(readFileSync(peakFile, 'utf8'))
  rmSync(peakFile)
  return { ms, peakBytes, output: stdout }
}
