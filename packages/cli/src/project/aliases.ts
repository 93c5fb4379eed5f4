import { join } from 'node:path/posix'
import type { CompilerConfigs } from './compiler-configs.ts'
import { leavesOf } from './entry-targets.ts'
import { findFile } from './file-lookup.ts'
import { frameworkAliases } from './framework-aliases.ts'
import { frameworkOf } from './framework.ts'
import { isObject } from './json.ts'
import { folderOf, type Manifest } from './manifests.ts'
import { importTargets } from './package-targets.ts'
import type { Alias } from './compiler-config.ts'
import type { Resolver, World } from './resolver.ts'

/**
 * Every alias by which a file can be imported from another, the shortest first, with the extension
 * left out where users leave it out. The file need not be there yet.
 */
export function findAliases(
  world: World,
  resolver: Resolver,
  path: string,
  from: string,
): readonly string[] {
  const folder = folderOf(from)
  const manifest = world.manifests.of(from)
  const has = (candidate: string): boolean => candidate === path || world.paths.has(candidate)
  const leadsThere = (candidates: readonly string[]): boolean => {
    const found = candidates.map((each) => findFile(each, has)).find((file) => file !== undefined)
    return found === path
  }

  const byCompiler = [...configuredAliases(world.compilers, folder), ...builtInAliases(manifest)]
    .flatMap((alias) => specifiersOf(alias, spellingsOf(path)))
    .filter((specifier) => leadsThere(resolver.aliasCandidates(specifier, folder)))
  const byImports = ownImports(manifest)
    .flatMap((alias) => specifiersOf(alias, filesOf(path)))
    .filter((specifier) => leadsThere(importTargets(manifest, specifier).map((each) => join(each))))
  return [...new Set([...byCompiler, ...byImports])].toSorted(
    (a, b) => a.length - b.length || (a < b ? -1 : 1),
  )
}

// `"*"` makes every bare specifier an alias, which nobody could tell from a package.
function configuredAliases(compilers: CompilerConfigs, folder: string): readonly Alias[] {
  return (compilers.of(folder)?.aliases ?? []).filter(({ pattern }) => pattern !== '*')
}

function builtInAliases(manifest: Manifest): readonly Alias[] {
  return frameworkAliases(frameworkOf(manifest.dependencies)).map(({ prefix, folders }) => ({
    pattern: `${prefix}/*`,
    targets: folders.map((each) => join(manifest.folder, each, '*')),
  }))
}

function ownImports(manifest: Manifest): readonly Alias[] {
  const { imports } = manifest.json
  if (!isObject(imports)) return []
  return Object.entries(imports).map(([pattern, value]) => ({
    pattern,
    targets: leavesOf(value)
      .filter((target) => target.startsWith('./'))
      .map((target) => join(manifest.folder, target)),
  }))
}

/** What `*` stands for, put into the pattern, for each target that matches a spelling of the path. */
function specifiersOf(
  { pattern, targets }: Alias,
  spellings: readonly string[],
): readonly string[] {
  return targets.flatMap((target) => {
    for (const spelling of spellings) {
      if (!target.includes('*')) {
        if (target === spelling && !pattern.includes('*')) return [pattern]
        continue
      }
      const [prefix = '', suffix = ''] = target.split('*')
      const isMatch =
        spelling.startsWith(prefix) &&
        spelling.endsWith(suffix) &&
        spelling.length > prefix.length + suffix.length
      if (!isMatch) continue
      const rest = spelling.slice(prefix.length, spelling.length - suffix.length)
      return [pattern.replace('*', rest)]
    }
    return []
  })
}

/** The shortest first: the folder of an index, without extension, and as it is. */
function spellingsOf(path: string): readonly string[] {
  const stem = path.replace(/\.[cm]?[jt]sx?$/, '')
  return [stem.replace(/\/index$/, ''), stem, ...filesOf(path)]
}

// Node.js adds no extension to a target of `imports`, and TypeScript takes the name of what it
// writes for the source.
function filesOf(path: string): readonly string[] {
  return /\.tsx?$/.test(path) ? [path, path.replace(/\.tsx?$/, '.js')] : [path]
}
