// Builds the package: an ES module with its declarations for every file of the source, so that the
// guard stays a program of its own, and the main entry as CommonJS too, for test files in Jest. What
// Vitest loads before each test file is one file: loading each of its modules took a millisecond.
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { rollUpTypes } from '../../../scripts/roll-up-types.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const fresh = join(dist, `.new-${process.pid}`)

try {
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  const tsc = join(typescript, 'bin', 'tsc')
  const project = join(root, 'tsconfig.build.json')
  execFileSync(process.execPath, [tsc, '-p', project, '--outDir', fresh], { stdio: 'inherit' })
  const bundle = {
    absWorkingDir: root,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  }
  await build({
    ...bundle,
    entryPoints: ['src/vitest/setup.ts'],
    outdir: join(fresh, 'vitest'),
    chunkNames: 'setup-[hash]',
    splitting: true,
    format: 'esm',
  })
  await build({
    ...bundle,
    entryPoints: ['src/index.ts'],
    outfile: join(fresh, 'index.cjs'),
    format: 'cjs',
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: `const moduleUrl = require('node:url').pathToFileURL(__filename).href` },
  })
  nameBuiltFiles()
  const own = { root, types: fresh }
  rollUpTypes({ ...own, entry: 'index', to: join(fresh, 'index.d.cts') })
  for (const entry of ['vitest/index', 'jest/index', 'jest/environment', 'node/index']) {
    rollUpTypes({ ...own, entry })
  }
  for (const name of filesIn(fresh).filter((file) => file.endsWith('.d.mts'))) {
    // Nobody imports the programs of the guard.
    rmSync(join(fresh, name))
  }
  takePlaces()
} finally {
  rmSync(fresh, { recursive: true, force: true })
}

/** Declarations are left with the names of the source's files. */
function nameBuiltFiles() {
  for (const name of filesIn(fresh).filter((file) => file.endsWith('.d.ts'))) {
    const text = readFileSync(join(fresh, name), 'utf8')
    writeFileSync(join(fresh, name), text.replaceAll(/(['"]\.{1,2}\/[^'"]*)\.ts(?=['"])/g, '$1.js'))
  }
}

/** Each file takes its place in one step: tests may be running with what was there. */
function takePlaces() {
  const names = filesIn(fresh)
  for (const name of names) {
    mkdirSync(dirname(join(dist, name)), { recursive: true })
    renameSync(join(fresh, name), join(dist, name))
  }
  const current = new Set(names)
  for (const name of filesIn(dist)) if (!current.has(name)) rmSync(join(dist, name))
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true }).filter(
    (name) => !name.startsWith('.new-') && statSync(join(folder, name)).isFile(),
  )
}
