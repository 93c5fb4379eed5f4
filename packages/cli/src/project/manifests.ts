import { dirname } from 'node:path/posix'
import { isObject, stringOf, stringsOf, type JsonObject } from './json.ts'
import type { Repository } from './repository.ts'

/** What a package.json says. */
export interface Manifest {
  /** `''` for the root. */
  readonly folder: string
  readonly name: string | undefined
  readonly json: JsonObject
  readonly dependencies: Readonly<Record<string, string>>
  readonly scripts: Readonly<Record<string, string>>
}

export interface Manifests {
  /** The deepest folder first; the root is always one. */
  readonly all: readonly Manifest[]
  readonly root: Manifest
  byName(name: string): Manifest | undefined
  byFolder(folder: string): Manifest | undefined
  /** The package that a file belongs to. */
  of(path: string): Manifest
}

/** Reads every package.json of a repository. */
export function readManifests(repository: Repository): Manifests {
  const byFolder = new Map<string, Manifest>()
  for (const path of repository.files.config) {
    if (path !== 'package.json' && !path.endsWith('/package.json')) continue
    const folder = folderOf(path)
    byFolder.set(folder, toManifest(folder, readPackageJson(repository, path)))
  }
  const root = byFolder.get('') ?? toManifest('', {})
  byFolder.set('', root)
  const all = [...byFolder.values()].toSorted(
    (a, b) => depthOf(b.folder) - depthOf(a.folder) || (a.folder < b.folder ? -1 : 1),
  )
  // Of two packages with one name the one nearest to the root counts; the others are fixtures.
  const byName = new Map(all.map((manifest) => [manifest.name, manifest]))
  const ofFolder = new Map<string, Manifest>()

  return {
    all,
    root,
    byName: (name) => byName.get(name),
    byFolder: (folder) => byFolder.get(folder),
    of(path) {
      const start = folderOf(path)
      const known = ofFolder.get(start)
      if (known !== undefined) return known
      let folder = start
      while (folder !== '' && !byFolder.has(folder)) folder = folderOf(folder)
      const found = byFolder.get(folder) ?? root
      ofFolder.set(start, found)
      return found
    },
  }
}

/** The folder of a path, `''` for the root. */
export function folderOf(path: string): string {
  const folder = dirname(path)
  return folder === '.' || folder === '/' ? '' : folder
}

function readPackageJson(repository: Repository, path: string): JsonObject {
  const parsed = repository.readJson(path, 'PACKAGE_JSON_INVALID')
  if (parsed === undefined) return {}
  if (!parsed.isStrict) {
    const message = 'This is not valid JSON: a package.json has no comments or trailing commas.'
    repository.problems.add('PACKAGE_JSON_INVALID', path, message)
  }
  return parsed.value
}

function toManifest(folder: string, json: JsonObject): Manifest {
  return {
    folder,
    name: stringOf(json['name']),
    json,
    dependencies: {
      ...stringsOf(json['optionalDependencies']),
      ...stringsOf(json['peerDependencies']),
      ...stringsOf(json['devDependencies']),
      ...stringsOf(json['dependencies']),
    },
    scripts: isObject(json['scripts']) ? stringsOf(json['scripts']) : {},
  }
}

function depthOf(folder: string): number {
  return folder === '' ? 0 : folder.split('/').length
}
