// Builds the package: one bundle of its own code, with its dependencies left to npm.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const dist = join(root, 'dist')

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/cli.ts'],
  outdir: 'dist',
  bundle: true,
  external: Object.keys(dependencies),
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  write: false,
})

// Each file takes its place in one step: the command may be running, as it does in tests.
mkdirSync(dist, { recursive: true })
for (const { path, contents } of outputFiles) {
  writeFileSync(`${path}.new`, contents)
  renameSync(`${path}.new`, path)
}
const names = new Set(outputFiles.map(({ path }) => basename(path)))
for (const name of readdirSync(dist)) {
  if (!names.has(name)) rmSync(join(dist, name), { recursive: true })
}
