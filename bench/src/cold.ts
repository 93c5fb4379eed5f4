import { execFileSync, spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { atMost, forComparison, type Bar, type BenchOptions } from './bar.ts'
import { median, medianNoise, rounded, shuffled } from './statistics.ts'

const require = createRequire(import.meta.url)
const packageFolder = dirname(require.resolve('@oneprisma/client/package.json'))

/** What importing the package costs a process, and what it weighs. */
export async function cold({ isQuick }: BenchOptions): Promise<Bar[]> {
  const starts = measureStarts(isQuick ? 25 : 120)
  const esm = differences(starts, 'import', 'import nothing')
  const cjs = differences(starts, 'require', 'require nothing')
  return [
    forComparison(
      'process start',
      'importing an empty module',
      rounded(median(starts['import nothing']), 1),
      'ms',
    ),
    atMost('import, on top of that', 'oneprisma, ES module', rounded(median(esm), 2), 'ms', 3),
    atMost('import, on top of that', 'oneprisma, CommonJS', rounded(median(cjs), 2), 'ms', 3),
    forComparison('noise of the difference, ±', 'ES module', rounded(medianNoise(esm), 2), 'ms'),
    atMost(
      'core, minified and gzipped',
      'production',
      await coreBytes('production'),
      'bytes',
      6_000,
    ),
    forComparison(
      'core, minified and gzipped',
      'development',
      await coreBytes('development'),
      'bytes',
    ),
    atMost('package, unpacked', 'oneprisma', unpackedBytes(), 'bytes', 60_000),
  ]
}

const SCRIPTS = {
  'import nothing': ['--input-type=module', '--eval', `await import('data:text/javascript,')`],
  import: ['--input-type=module', '--eval', `await import('@oneprisma/client')`],
  'require nothing': ['--input-type=commonjs', '--eval', `require('node:process')`],
  require: ['--input-type=commonjs', '--eval', `require('@oneprisma/client')`],
}
type Script = keyof typeof SCRIPTS

/** Milliseconds from start to end of a process, interleaved in random order. */
function measureStarts(rounds: number): Record<Script, number[]> {
  const times: Record<Script, number[]> = {
    'import nothing': [],
    import: [],
    'require nothing': [],
    require: [],
  }
  // The keys of the object above.
  const names = Object.keys(SCRIPTS) as Script[]
  for (let round = -3; round < rounds; round++) {
    for (const name of shuffled(names)) {
      const start = process.hrtime.bigint()
      const run = spawnSync(process.execPath, SCRIPTS[name], { cwd: import.meta.dirname })
      const time = Number(process.hrtime.bigint() - start) / 1e6
      if (run.status !== 0) throw new Error(`${name} failed: ${run.stderr.toString()}`)
      if (round >= 0) times[name].push(time)
    }
  }
  return times
}

function differences(times: Record<Script, number[]>, name: Script, base: Script): number[] {
  return times[name].map((time, round) => time - (times[base][round] ?? Number.NaN))
}

/** The size of the entry as a bundler puts it into an application. */
async function coreBytes(environment: string): Promise<number> {
  const result = await build({
    stdin: { contents: `export * from '@oneprisma/client'`, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    write: false,
    define: { 'process.env.NODE_ENV': JSON.stringify(environment) },
  })
  return gzipSync(result.outputFiles[0]?.contents ?? '', { level: 9 }).length
}

function unpackedBytes(): number {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: packageFolder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  // npm prints a list of packages, or an object by their names.
  const packed = JSON.parse(output) as Record<string, { unpackedSize: number }>
  return Object.values(packed)[0]?.unpackedSize ?? Number.NaN
}
