import { join, normalize } from 'node:path/posix'
import type { CompilerConfigs } from './compiler-configs.ts'
import { findFile } from './file-lookup.ts'
import { frameworkAliases } from './framework-aliases.ts'
import { frameworkOf } from './framework.ts'
import {
  asClientPackage,
  asGeneratedClient,
  asLikelyClient,
  asPackagedClient,
} from './generated-client.ts'
import type { Manifest, Manifests } from './manifests.ts'
import { importTargets, packageTargets, splitSpecifier } from './package-targets.ts'
import type { Generator, Resolved } from './project.ts'

export interface World {
  readonly paths: ReadonlySet<string>
  readonly manifests: Manifests
  readonly compilers: CompilerConfigs
  readonly generators: readonly Generator[]
}

/** Says what specifiers stand for, from what git knows alone: nothing has to be installed or built. */
export class Resolver {
  readonly #world: World
  readonly #known = new Map<string, Resolved | undefined>()

  constructor(world: World) {
    this.#world = world
  }

  /** What a specifier in a file of a folder stands for. */
  resolve(specifier: string, folder: string): Resolved | undefined {
    const key = `${folder}\0${specifier}`
    if (!this.#known.has(key)) this.#known.set(key, this.#find(specifier, folder))
    return this.#known.get(key)
  }

  #find(written: string, folder: string): Resolved | undefined {
    // Bundlers take `./x?raw` for the file with a hint.
    const specifier = written.replace(/\?.*$/, '')
    if (specifier === '' || /^(?:node|https?|data|file):/.test(specifier)) return undefined
    if (specifier.startsWith('/')) return undefined
    if (/^\.{1,2}(?:\/|$)/.test(specifier)) {
      return this.#lookUp(joinKeepingSlash(folder, specifier), isLikely)
    }
    if (specifier.startsWith('#')) {
      const manifest = this.#world.manifests.of(join(folder, 'x'))
      const found = this.#firstOf(importTargets(manifest, specifier), folder)
      if (found !== undefined) return found
    }
    return (
      this.#byAlias(specifier, folder) ??
      asPackagedClient(specifier) ??
      asClientPackage(specifier, this.#world.generators) ??
      this.#byPackage(specifier, folder) ??
      this.#byLooks(specifier, folder)
    )
  }

  #byAlias(specifier: string, folder: string): Resolved | undefined {
    return this.#firstOf(this.aliasCandidates(specifier, folder).map(asRelative), '', isNever)
  }

  /** The paths to which the aliases of a folder may lead, in the order in which they are tried. */
  aliasCandidates(specifier: string, folder: string): readonly string[] {
    const manifest = this.#world.manifests.of(join(folder, 'x'))
    const configured = this.#world.compilers.of(folder)?.candidates(specifier) ?? []
    const byFramework = frameworkAliases(frameworkOf(manifest.dependencies)).flatMap(
      ({ prefix, folders }) =>
        specifier === prefix || specifier.startsWith(`${prefix}/`)
          ? folders.map((each) => join(manifest.folder, each, specifier.slice(prefix.length)))
          : [],
    )
    return [...configured, ...byFramework]
  }

  #byPackage(specifier: string, folder: string): Resolved | undefined {
    const [name, subpath] = splitSpecifier(specifier)
    const manifest =
      this.#world.manifests.byName(name) ??
      this.#linked(name, this.#world.manifests.of(join(folder, 'x')))
    if (manifest === undefined) return undefined
    return this.#firstOf(packageTargets(manifest, subpath).map(asRelative), '')
  }

  // `"db": "link:../db"`, `"db": "file:../db"` and `"db": "workspace:@acme/db@*"`.
  #linked(name: string, from: Manifest): Manifest | undefined {
    const range = from.dependencies[name] ?? ''
    const [, link] = /^(?:link|file|portal):(.+)$/.exec(range) ?? []
    if (link !== undefined) return this.#world.manifests.byFolder(cleaned(join(from.folder, link)))
    const [, alias] = /^workspace:((?:@[^/]+\/)?[^@]+)@/.exec(range) ?? []
    return alias === undefined ? undefined : this.#world.manifests.byName(alias)
  }

  /** An alias that nobody declares where we can see it, to what looks like a generated client. */
  #byLooks(specifier: string, folder: string): Resolved | undefined {
    const candidates = this.aliasCandidates(specifier, folder)
    const paths = candidates.length > 0 ? candidates : [specifier]
    const isOwn = candidates.length > 0 || /^(?:[@~#$]\/|[~#$]|src\/)/.test(specifier)
    const [name] = splitSpecifier(specifier)
    if (!isOwn && this.#world.manifests.byName(name) === undefined) return undefined
    return paths.map(asLikelyClient).find((found) => found !== undefined)
  }

  #firstOf(
    targets: readonly string[],
    folder: string,
    looks: (path: string) => Resolved | undefined = isLikely,
  ): Resolved | undefined {
    for (const target of targets) {
      // A target of `imports` may be a package.
      const found = target.startsWith('.')
        ? this.#lookUp(cleaned(target), isNever)
        : this.resolve(target, folder)
      if (found !== undefined) return found
    }
    return targets
      .filter((target) => target.startsWith('.'))
      .map((target) => looks(cleaned(target)))
      .find((found) => found !== undefined)
  }

  #lookUp(path: string, looks: (path: string) => Resolved | undefined): Resolved | undefined {
    const folder = path.replace(/\/$/, '')
    // A folder with a package.json says itself where it begins.
    const manifest = this.#world.manifests.byFolder(folder)
    const targets = manifest === undefined ? [] : packageTargets(manifest, '.')
    return (
      [path, ...targets].map((each) => this.#at(each)).find((found) => found !== undefined) ??
      looks(folder)
    )
  }

  #at(path: string): Resolved | undefined {
    const { paths, generators } = this.#world
    const generated = asGeneratedClient(path.replace(/\/$/, ''), generators)
    if (generated !== undefined) return generated
    const file = findFile(path, (candidate) => paths.has(candidate))
    return file === undefined ? undefined : { kind: 'file', path: file }
  }
}

const isLikely = asLikelyClient
const isNever = (): undefined => undefined

function asRelative(path: string): string {
  return `./${path}`
}

function cleaned(path: string): string {
  const normal = normalize(path)
  return normal === '.' || normal === './' ? '' : normal.replace(/^\.\//, '')
}

// A path that ends with a slash is a folder, whatever file of its name is beside it.
function joinKeepingSlash(folder: string, specifier: string): string {
  const path = cleaned(join(folder, specifier))
  return /(?:^|\/)\.{1,2}$/.test(specifier) && path !== '' && !path.endsWith('/')
    ? `${path}/`
    : path
}
