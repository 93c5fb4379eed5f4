// Builds the package: the core as an ES module and as CommonJS, the subpaths as CommonJS that a thin
// ES module hands on (docs/decisions/module-formats.md says why), and declarations rolled up into
// one file an entry, whose API reports under etc/ are how a change of the public API is reviewed.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { rollUpTypes } from '../../../scripts/roll-up-types.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const types = join(dist, 'types')
const entries = [
  'index',
  'pg',
  'script',
  'health',
  'retry',
  'fleet',
  'serverless',
  'tenants',
  'cloudflare',
  'next',
  'context',
  'telemetry',
  'opentelemetry',
  'prometheus',
]
// What a user may have beside the package: a subpath requires it, and the core never does.
const peers = ['@opentelemetry/api', 'prom-client']
const require = createRequire(import.meta.url)

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
for (const entry of entries) await bundle(entry)
declare()
for (const entry of entries) rollUp(entry)
writeUnsupported()
rmSync(types, { recursive: true })

async function bundle(entry) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [`src/${entry}.ts`],
    bundle: true,
    external: peers,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    write: false,
    logLevel: 'warning',
  })
  const code = result.outputFiles[0].text
  const commonJs = join(dist, `${entry}.cjs`)
  writeFileSync(commonJs, toCommonJs(code, entry === 'index' ? [] : peers))
  const names = Object.keys(require(commonJs)).toSorted()
  const thin = `export { ${names.join(', ')} } from './${entry}.cjs'\n`
  writeFileSync(join(dist, `${entry}.js`), entry === 'index' ? code : thin)
}

/**
 * Turns the one `export{a as b}` of a bundle into `module.exports={b:a}`, and every
 * `import{a as b}from"c"` of what is external into `const{a:b}=require("c")`.
 */
function toCommonJs(bundled, external) {
  const code = bundled.replaceAll(/\bimport\{([^}]*)\}from("[^"]*")/g, (whole, list, name) =>
    external.includes(JSON.parse(name))
      ? `const{${list.replaceAll(' as ', ':')}}=require(${name})`
      : whole,
  )
  const [statement, list] = /export\{([^}]*)\};?\s*$/.exec(code) ?? []
  if (list === undefined || /(?:^|[;}])import\b(?!\()/m.test(code)) {
    throw new Error('A bundle is expected to import only peers, and to end with its exports.')
  }
  const members = list.split(',').map((item) => {
    const [local, name = local] = item.split(' as ')
    return `${name}:${local}`
  })
  return `"use strict";${code.slice(0, -statement.length)}module.exports={${members.join(',')}};\n`
}

function declare() {
  const typescript = dirname(require.resolve('typescript/package.json'))
  const project = join(root, 'tsconfig.build.json')
  execFileSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', project], {
    stdio: 'inherit',
  })
}

// Bundlers take this file in place of the package where there is no Node.js (the conditions
// `edge-light` and `browser`). What it requires cannot be found, and says why: every bundler prints
// that when it builds. An error thrown at run time would come after those of Node's own modules.
function writeUnsupported() {
  const message =
    './UNSUPPORTED_RUNTIME - the shared Prisma client cannot run in an edge runtime or a browser, import it only from code for Node.js (Cloudflare Workers have @oneprisma/client/cloudflare)'
  writeFileSync(join(dist, 'unsupported.cjs'), `module.exports = require('${message}')\n`)
}

function rollUp(entry) {
  rollUpTypes({ root, types, entry, to: join(dist, `${entry}.d.cts`) })
  writeFileSync(join(dist, `${entry}.d.ts`), `export * from './${entry}.cjs'\n`)
}
