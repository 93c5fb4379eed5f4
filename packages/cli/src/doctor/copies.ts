import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { join as joinPosix } from 'node:path/posix'
import { isObject, parseJson, stringOf, stringsOf, type JsonObject } from '../project/json.ts'

/** One copy of a package, of which there may be several. */
export interface Copy {
  readonly name: string
  /** Where it is: relative to the root, or, in a lockfile, its place in node_modules. */
  readonly place: string
  readonly version: string | undefined
  /** What it needs at run time, peers included: name to range. */
  readonly needs: Readonly<Record<string, string>>
}

/** Finds the copy of a package that code of a folder gets. */
export interface Copies {
  /** Where this is known from. */
  readonly source: 'node_modules' | 'package-lock.json'
  find(name: string, from: string): Copy | undefined
}

/**
 * What is installed, else what package-lock.json would install, else what is installed above, as for
 * a package of a workspace; undefined where nothing is.
 */
export function readCopies(root: string): Copies | undefined {
  if (existsSync(join(root, 'node_modules'))) return installed(root)
  return locked(root) ?? (isBelowInstalled(root) ? installed(root) : undefined)
}

function isBelowInstalled(root: string): boolean {
  for (let folder = root; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(dirname(folder), 'node_modules'))) return true
  }
  return false
}

function installed(root: string): Copies {
  const real = realpathSync(root)
  return {
    source: 'node_modules',
    find(name, from) {
      // As Node does: each folder above, and what a link of pnpm or of a workspace leads to.
      for (let folder = resolve(real, from); ; folder = dirname(folder)) {
        const found = readCopy(join(folder, 'node_modules', name), name, real)
        if (found !== undefined) return found
        if (folder === dirname(folder)) return undefined
      }
    },
  }
}

function readCopy(folder: string, name: string, root: string): Copy | undefined {
  try {
    const place = realpathSync(folder)
    const parsed = parseJson(readFileSync(join(place, 'package.json'), 'utf8'))
    if (!parsed.ok) return undefined
    const inside = place.startsWith(`${root}/`) ? place.slice(root.length + 1) : place
    return copyOf(name, inside, parsed.value)
  } catch {
    // It is not there, or it is no package.
    return undefined
  }
}

function locked(root: string): Copies | undefined {
  let text: string
  try {
    text = readFileSync(join(root, 'package-lock.json'), 'utf8')
  } catch {
    return undefined
  }
  const parsed = parseJson(text)
  const packages = parsed.ok ? parsed.value['packages'] : undefined
  // A lockfile of npm 6 lists no places.
  if (!isObject(packages)) return undefined
  return {
    source: 'package-lock.json',
    find(name, from) {
      for (let folder = from; ; folder = parentOf(folder)) {
        const place = joinPosix(folder, 'node_modules', name)
        const entry = packages[place]
        if (isObject(entry)) return linked(name, place, entry, packages)
        if (folder === '') return undefined
      }
    },
  }
}

function linked(name: string, place: string, entry: JsonObject, packages: JsonObject): Copy {
  const target = entry['link'] === true ? stringOf(entry['resolved']) : undefined
  const real = target === undefined ? undefined : packages[target]
  return isObject(real) ? copyOf(name, target ?? place, real) : copyOf(name, place, entry)
}

function copyOf(name: string, place: string, json: JsonObject): Copy {
  return {
    name,
    place,
    version: stringOf(json['version']),
    needs: { ...stringsOf(json['peerDependencies']), ...stringsOf(json['dependencies']) },
  }
}

function parentOf(folder: string): string {
  return folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : ''
}
