import { isObject, stringOf, stringsOf, type JsonObject } from '../project/json.ts'
import type { Package, Project } from '../project/project.ts'
import type { Repository } from '../project/repository.ts'
import { parseJson } from '../project/json.ts'
import { catalogued } from '../project/prisma-version.ts'

/** A package.json, with the places of what it says. */
export interface PackageFile {
  readonly path: string
  readonly folder: string
  readonly package: Package
  readonly json: JsonObject
  /** What the package brings along itself: dependencies and devDependencies, not those of its users. */
  readonly own: readonly OwnDependency[]
  readonly engines: string | undefined
  /** The line of a text of the file, from 1; 1 where it is not in it. */
  readonly lineOf: (text: string) => number
}

export interface OwnDependency {
  readonly name: string
  /** With the range of a catalog of pnpm in place of its name. */
  readonly range: string
  readonly line: number
}

/** Reads the package.json of every package that has one. */
export function readPackageFiles(repository: Repository, project: Project): readonly PackageFile[] {
  return project.packages.flatMap((each): readonly PackageFile[] => {
    const path = each.folder === '' ? 'package.json' : `${each.folder}/package.json`
    if (!repository.paths.has(path)) return []
    const text = repository.read(path) ?? ''
    const parsed = parseJson(text)
    if (!parsed.ok) return []
    const { value: json } = parsed
    const lines = text.split('\n')
    const lineOf = (part: string): number =>
      Math.max(1, lines.findIndex((line) => line.includes(part)) + 1)
    const ranges = { ...stringsOf(json['devDependencies']), ...stringsOf(json['dependencies']) }
    const own = Object.entries(ranges).map(([name, range]) => ({
      name,
      range: catalogued(repository, name, range),
      line: lineOf(`"${name}"`),
    }))
    const engines = isObject(json['engines']) ? stringOf(json['engines']['node']) : undefined
    return [{ path, folder: each.folder, package: each, json, own, engines, lineOf }]
  })
}
