// Builds the package: one file with all that it is made of, so that it starts at once. What npm has
// to choose by platform, the parser, is left to npm.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/cli.ts'],
  outdir: 'dist',
  bundle: true,
  // pg asks for its native binding only where it is told to.
  external: ['oxc-parser', 'pg-native'],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Dependencies that are CommonJS ask for modules of Node.
  banner: {
    js: `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)`,
  },
  plugins: [{ name: 'without-type-libraries', setup: leaveOutTypeLibraries }],
  logLevel: 'warning',
  metafile: true,
  write: false,
})

// Each file takes its place in one step: the command may be running, as it does in tests.
mkdirSync(dist, { recursive: true })
const files = [
  ...outputFiles,
  { path: join(dist, 'licenses.txt'), contents: licensesOf(Object.keys(metafile.inputs)) },
]
for (const { path, contents } of files) {
  writeFileSync(`${path}.new`, contents)
  renameSync(`${path}.new`, path)
}
const names = new Set(files.map(({ path }) => basename(path)))
for (const name of readdirSync(dist)) {
  if (!names.has(name)) rmSync(join(dist, name), { recursive: true })
}

/**
 * The scope analysis knows the global types of every version of ECMAScript, in a hundred modules.
 * `parseModule` asks for none of them (`lib: []`), and loading them takes longer than a small scan.
 */
function leaveOutTypeLibraries({ onLoad }) {
  onLoad({ filter: /[\\/]scope-manager[\\/]dist[\\/]lib[\\/]index\.js$/ }, () => ({
    contents: 'exports.lib = new Map()',
  }))
}

/** What the authors of the packages that are built in want to be told with them. */
function licensesOf(inputs) {
  const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [])
  return [...new Set(folders)]
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map((folder) => {
      const { name, version, license } = JSON.parse(
        readFileSync(join(root, folder, 'package.json'), 'utf8'),
      )
      return `${name} ${version} (${license})\n\n${licenseIn(join(root, folder), name)}`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}

function licenseIn(folder, name) {
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8')
  // Some have it at the end of what they say of themselves.
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  const [, text] = /^#+ licen[cs]e\s+(.*?)(?=^#|(?![^]))/ims.exec(readme) ?? []
  if (text === undefined) throw new Error(`${name} comes without the text of its license.`)
  return text
}
