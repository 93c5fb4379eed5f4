import { join } from 'node:path/posix'
import { entryTargets } from './entry-targets.ts'
import { stringOf } from './json.ts'
import type { Manifest } from './manifests.ts'

/** `@acme/db/client` is the package `@acme/db` and its subpath `./client`. */
export function splitSpecifier(specifier: string): readonly [name: string, subpath: string] {
  const [, name = specifier, rest] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(specifier) ?? []
  return [name, rest === undefined || rest === '' ? '.' : `./${rest}`]
}

/**
 * The paths to which a subpath of a package may lead, in the order in which they should be tried.
 * Nothing is built, so that each target in a folder of output is followed by its source.
 */
export function packageTargets(manifest: Manifest, subpath: string): readonly string[] {
  const { json, folder } = manifest
  const targets =
    json['exports'] === undefined || json['exports'] === null
      ? withoutExports(manifest, subpath)
      : entryTargets(json['exports'], subpath)
  return targets.flatMap(withSources).map((target) => join(folder, target))
}

/** What a specifier with `#` may lead to: paths that begin with `./`, and packages. */
export function importTargets(manifest: Manifest, specifier: string): readonly string[] {
  const targets = entryTargets(manifest.json['imports'] ?? {}, specifier)
  // Node.js does not follow an import to another, and neither do we: it could lead back.
  return targets
    .filter((target) => !target.startsWith('#'))
    .flatMap((target) =>
      target.startsWith('.')
        ? withSources(target).map((each) => `./${join(manifest.folder, each)}`)
        : [target],
    )
}

const MAIN_FIELDS = ['source', 'module', 'main', 'types', 'typings']

function withoutExports({ json }: Manifest, subpath: string): readonly string[] {
  if (subpath !== '.') return [subpath, `./src/${subpath.slice(2)}`]
  const named = MAIN_FIELDS.map((field) => stringOf(json[field])).filter(
    (main) => main !== undefined,
  )
  return [...named, './index', './src/index', './lib/index']
}

const OUTPUT =
  /^\.?\/?(?:dist|build|lib|out|output|esm|cjs|es)\/(?:(?:esm|cjs|es|types|src|node)\/)?/
const ENDING = /(?:\.d)?\.[cm]?[jt]sx?$/

function withSources(target: string): readonly string[] {
  if (!OUTPUT.test(target)) return [target, ...withoutDeclaration(target)]
  const name = target.replace(OUTPUT, '').replace(ENDING, '')
  return [target, `./src/${name}`, `./${name}`]
}

// Declarations are not listed; what they declare stands beside them.
function withoutDeclaration(target: string): readonly string[] {
  return /\.d\.[cm]?ts$/.test(target) ? [target.replace(ENDING, '')] : []
}
