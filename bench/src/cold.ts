import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { atMost, forComparison, type Bar, type BenchOptions } from './bar.ts'
import { workFolder } from './bench-app.ts'
import { median, medianNoise, rounded, shuffled } from './statistics.ts'

const require = createRequire(import.meta.url)
const packageFolder = dirname(require.resolve('@oneprisma/client/package.json'))

/** What importing the package costs a process, and what it weighs. */
export async function cold({ isQuick }: BenchOptions): Promise<Bar[]> {
  using programs = new Programs()
  const times = measureStarts(programs, isQuick ? 25 : 150)
  const cost = (name: Program, base: Program) =>
    times[name].map((time, round) => time - (times[base][round] ?? Number.NaN))
  const onTopOfNothing = (label: string, name: Program, base: Program) =>
    forComparison(
      'import, on top of a program that imports nothing',
      label,
      rounded(median(cost(name, base)), 2),
      'ms',
    )
  const esm = cost('esm', 'esm-empty')
  const cjs = cost('cjs', 'cjs-empty')
  const size = 'in a bundle, minified and gzipped'
  const bar = 'import, on top of importing an empty package'
  return [
    forComparison('process start', 'ES module', rounded(median(times['esm-nothing']), 1), 'ms'),
    forComparison('process start', 'CommonJS', rounded(median(times['cjs-nothing']), 1), 'ms'),
    onTopOfNothing('an empty package, ES module', 'esm-empty', 'esm-nothing'),
    onTopOfNothing('an empty package, CommonJS', 'cjs-empty', 'cjs-nothing'),
    onTopOfNothing('the runtime of Prisma 7, ES module', 'esm-prisma', 'esm-nothing'),
    onTopOfNothing('oneprisma, ES module', 'esm', 'esm-nothing'),
    onTopOfNothing('oneprisma, CommonJS', 'cjs', 'cjs-nothing'),
    atMost(bar, 'oneprisma, ES module', rounded(median(esm), 2), 'ms', 3),
    atMost(bar, 'oneprisma, CommonJS', rounded(median(cjs), 2), 'ms', 3),
    forComparison('noise of the difference, ±', 'ES module', rounded(medianNoise(esm), 2), 'ms'),
    forComparison('noise of the difference, ±', 'CommonJS', rounded(medianNoise(cjs), 2), 'ms'),
    atMost(size, '`sharePrisma`, production', await bytes('{ sharePrisma }'), 'bytes', 6_000),
    forComparison(
      size,
      '`sharePrisma`, development',
      await bytes('{ sharePrisma }', 'development'),
      'bytes',
    ),
    forComparison(size, 'all exports, production', await bytes('*'), 'bytes'),
    ...packageBars(),
  ]
}

const SOURCES = {
  'esm-nothing': '',
  'esm-empty': `import 'empty'`,
  'esm-prisma': `import '@prisma/client/runtime/client'`,
  esm: `import '@oneprisma/client'`,
  'cjs-nothing': '',
  'cjs-empty': `require('empty')`,
  cjs: `require('@oneprisma/client')`,
}
type Program = keyof typeof SOURCES
// The keys of the object above.
const PROGRAMS = Object.keys(SOURCES) as Program[]

/** The programs on disk, as they are started in life, beside an empty package to import. */
class Programs implements Disposable {
  readonly #folder = join(workFolder, `${process.pid}-cold`)

  constructor() {
    process.once('exit', this.#remove)
    const empty = join(this.#folder, 'node_modules/empty')
    mkdirSync(empty, { recursive: true })
    const exports = { import: './index.js', require: './index.cjs' }
    writeFileSync(
      join(empty, 'package.json'),
      JSON.stringify({ name: 'empty', type: 'module', exports: { '.': exports } }),
    )
    for (const file of Object.values(exports)) writeFileSync(join(empty, file), '')
    for (const name of PROGRAMS) writeFileSync(this.file(name), SOURCES[name])
  }

  file(name: Program): string {
    return join(this.#folder, name + (name.startsWith('cjs') ? '.cjs' : '.mjs'))
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#remove)
    this.#remove()
  }

  readonly #remove = (): void => rmSync(this.#folder, { recursive: true, force: true })
}

/** Milliseconds from start to end of each program, interleaved in random order. */
function measureStarts(programs: Programs, rounds: number): Record<Program, number[]> {
  // One empty list a program.
  const times = Object.fromEntries(PROGRAMS.map((name) => [name, [] as number[]])) as Record<
    Program,
    number[]
  >
  for (let round = -3; round < rounds; round++) {
    for (const name of shuffled(PROGRAMS)) {
      const start = process.hrtime.bigint()
      const run = spawnSync(process.execPath, [programs.file(name)])
      const time = Number(process.hrtime.bigint() - start) / 1e6
      if (run.status !== 0) throw new Error(`${name} failed: ${run.stderr.toString()}`)
      if (round >= 0) times[name].push(time)
    }
  }
  return times
}

/** The size of exports of the entry, as a bundler puts them into an application. */
async function bytes(names: string, environment = 'production'): Promise<number> {
  const result = await build({
    stdin: {
      contents: `export ${names} from '@oneprisma/client'`,
      resolveDir: import.meta.dirname,
    },
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

interface PackedFile {
  readonly path: string
  readonly size: number
}

/** What the package weighs on disk: without the files that only subpaths load, and with them. */
function packageBars(): Bar[] {
  const files = packedFiles()
  const subpathOf = ({ path }: PackedFile): string | undefined =>
    /^dist\/(?!index\.|unsupported\.)([\w-]+)\./.exec(path)?.[1]
  const bytesOf = (some: readonly PackedFile[]): number =>
    some.reduce((sum, { size }) => sum + size, 0)
  const subpaths = groupBy(files, subpathOf)
  const core = subpaths.get(undefined) ?? []
  subpaths.delete(undefined)
  return [
    atMost('package, unpacked', 'oneprisma, without its subpaths', bytesOf(core), 'bytes', 60_000),
    ...[...subpaths].map(([name, some]) =>
      forComparison('package, unpacked', `the subpath ./${name}`, bytesOf(some), 'bytes'),
    ),
    forComparison('package, unpacked', 'oneprisma, all of it', bytesOf(files), 'bytes'),
  ]
}

function packedFiles(): readonly PackedFile[] {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: packageFolder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  // npm prints a list of packages, or an object by their names.
  const packed = JSON.parse(output) as Record<string, { files: readonly PackedFile[] }>
  return Object.values(packed)[0]?.files ?? []
}

function groupBy<Key, Value>(
  values: readonly Value[],
  keyOf: (value: Value) => Key,
): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>()
  for (const value of values) {
    const key = keyOf(value)
    groups.set(key, [...(groups.get(key) ?? []), value])
  }
  return groups
}
