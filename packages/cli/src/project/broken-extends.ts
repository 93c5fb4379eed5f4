import type { TsConfigJson } from 'get-tsconfig'
import { existsSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { isObject, stringOf, type JsonObject } from './json.ts'
import type { Manifests } from './manifests.ts'
import type { Repository } from './repository.ts'

/**
 * Merges a tsconfig with what of its `extends` is there, and reports what is not.
 *
 * It also finds the configuration packages of the workspace, which nobody can without node_modules.
 */
export function mergeByHand(
  repository: Repository,
  manifests: Manifests,
  path: string,
  own: JsonObject,
): TsConfigJson.CompilerOptions {
  const merged = merge(repository, manifests, path, own, new Set())
  const base = merged.baseUrl ?? merged.pathsBase
  const paths = Object.entries(merged.paths).map(([pattern, targets]) => [
    pattern,
    targets.map((target) => resolve(base, target)),
  ])
  return {
    ...merged.options,
    ...(merged.baseUrl === undefined ? {} : { baseUrl: merged.baseUrl }),
    ...(paths.length === 0 ? {} : { paths: Object.fromEntries(paths) }),
  }
}

interface Merged {
  readonly options: JsonObject
  /** Absolute. */
  readonly baseUrl: string | undefined
  readonly paths: Readonly<Record<string, readonly string[]>>
  /** The folder of the file that has `paths`. */
  readonly pathsBase: string
}

function merge(
  repository: Repository,
  manifests: Manifests,
  path: string,
  own: JsonObject,
  seen: Set<string>,
): Merged {
  seen.add(path)
  const folder = dirname(repository.absolute(path))
  let merged: Merged = { options: {}, baseUrl: undefined, paths: {}, pathsBase: folder }
  for (const specifier of extendsOf(own)) {
    const parent = findParent(repository, manifests, folder, specifier)
    if (parent === undefined) {
      const message = `It extends "${specifier}", which is not there; its own options still hold.`
      repository.problems.add('TSCONFIG_EXTENDS_BROKEN', path, message)
      continue
    }
    const parentPath = repository.relative(parent)
    if (seen.has(parentPath)) {
      const message = `It extends itself by way of "${specifier}".`
      repository.problems.add('TSCONFIG_EXTENDS_BROKEN', path, message)
      continue
    }
    const json = repository.readJson(parentPath, 'TSCONFIG_INVALID')?.value ?? {}
    merged = overlay(merged, merge(repository, manifests, parentPath, json, seen))
  }
  return overlay(merged, ownOf(own, folder))
}

function ownOf(own: JsonObject, folder: string): Merged {
  const options = isObject(own['compilerOptions']) ? own['compilerOptions'] : {}
  const { baseUrl: base, paths, ...others } = options
  const baseUrl = stringOf(base)
  return {
    options: others,
    baseUrl: baseUrl === undefined ? undefined : resolve(folder, baseUrl),
    paths: pathsOf(paths),
    pathsBase: folder,
  }
}

function overlay(below: Merged, above: Merged): Merged {
  const hasPaths = Object.keys(above.paths).length > 0
  return {
    options: { ...below.options, ...above.options },
    baseUrl: above.baseUrl ?? below.baseUrl,
    paths: hasPaths ? above.paths : below.paths,
    pathsBase: hasPaths ? above.pathsBase : below.pathsBase,
  }
}

function extendsOf(own: JsonObject): readonly string[] {
  const value = own['extends']
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.filter((item) => typeof item === 'string')
}

function pathsOf(value: unknown): Readonly<Record<string, readonly string[]>> {
  if (!isObject(value)) return {}
  return Object.fromEntries(
    Object.entries(value).map(([pattern, targets]): [string, readonly string[]] => [
      pattern,
      Array.isArray(targets) ? targets.filter((target) => typeof target === 'string') : [],
    ]),
  )
}

function findParent(
  repository: Repository,
  manifests: Manifests,
  folder: string,
  specifier: string,
): string | undefined {
  if (specifier.startsWith('.') || isAbsolute(specifier)) return asFile(resolve(folder, specifier))
  const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(specifier) ?? []
  const manifest = name === undefined ? undefined : manifests.byName(name)
  if (manifest !== undefined) {
    const entry = rest ?? stringOf(manifest.json['tsconfig']) ?? 'tsconfig.json'
    return asFile(join(repository.absolute(manifest.folder), entry))
  }
  for (let at = folder; ; at = dirname(at)) {
    const found = asFile(join(at, 'node_modules', specifier))
    if (found !== undefined || dirname(at) === at) return found
  }
}

function asFile(path: string): string | undefined {
  return [path, `${path}.json`, join(path, 'tsconfig.json')].find(
    (candidate) => existsSync(candidate) && statSync(candidate).isFile(),
  )
}
