// Builds the package into one module that needs nothing beside it: the rules, the analysis that they
// share with the command line, and the scopes of typescript-eslint. A folder may be given for it.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = resolve(process.argv[2] ?? join(root, 'dist'))

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist, { recursive: true })
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/index.ts'],
  outfile: join(dist, 'index.js'),
  bundle: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  plugins: [
    replaceModule('manifest', /\/package\.json$/, () => {
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
      return `export default ${JSON.stringify({ version })}`
    }),
    // The globals of browsers and of every version of the language. The rules ask for none of them.
    replaceModule('globals', /^\.\.?\/lib$/, () => 'exports.lib = new Map()'),
  ],
})
copyFileSync(join(root, 'src/plugin.d.ts'), join(dist, 'index.d.ts'))
writeFileSync(join(dist, 'licenses.txt'), licensesOf(Object.keys(metafile.inputs)))

/** Puts a text in the place of a module. */
function replaceModule(name, filter, textOf) {
  return {
    name,
    setup({ onLoad, onResolve }) {
      onResolve({ filter }, ({ path }) => ({ path, namespace: name }))
      onLoad({ filter: /.*/, namespace: name }, () => ({ contents: textOf(), loader: 'js' }))
    },
  }
}

/** The licenses of the packages of others whose code is in the bundle. */
function licensesOf(inputs) {
  const packages = inputs.flatMap((path) => {
    const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? []
    return folder === undefined ? [] : [resolve(root, folder)]
  })
  return [...new Set(packages)]
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map(licenseOf)
    .join('\n')
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} has no license to go with its code.`)
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8')}`
}
