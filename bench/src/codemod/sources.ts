import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { workFolder } from '../bench-app.ts'
import { generateRepository, type PlantedSite } from './generate-repository.ts'

/** A repository that tools are run on. */
export interface Sources {
  readonly name: string
  readonly folder: string
  /** Its files of code, relative to it. */
  readonly files: readonly string[]
  /** A file with the list of them, as JSON. */
  readonly list: string
  /** What is planted in it; undefined where that is not known. */
  readonly planted: readonly PlantedSite[] | undefined
}

const CODE = /\.[cm]?[jt]sx?$/
const LEFT_OUT = /(?:^|[\\/])(?:node_modules|\.git|dist|build|\.next)(?:[\\/]|$)/

/** Generates a repository, calls with it, and removes it. */
export function withGenerated<Result>(
  files: number,
  use: (sources: Sources) => Result,
  siteShare?: number,
): Result {
  return withFolder((work) => {
    const folder = join(work, 'shop')
    mkdirSync(folder)
    const planted = generateRepository(folder, files, siteShare)
    return use({ ...listed(`generated, ${files} files`, folder, work), planted })
  })
}

/** Calls with a repository that lies in a folder. */
export function withRepository<Result>(folder: string, use: (sources: Sources) => Result): Result {
  return withFolder((work) => {
    const sources = listed(basename(folder), resolve(folder), work)
    const name = `${sources.name}, ${sources.files.length} files`
    return use({ ...sources, name, planted: undefined })
  })
}

/** The repository with the most files of those that lie in a folder. */
export function largestIn(folder: string): string {
  const counts = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ path: join(folder, name), count: codeIn(join(folder, name)).length }))
  const [largest] = counts.toSorted((one, other) => other.count - one.count)
  if (largest === undefined) throw new Error(`There is no repository in ${folder}.`)
  return largest.path
}

function listed(name: string, folder: string, work: string): Omit<Sources, 'planted'> {
  const files = codeIn(folder)
  const list = join(work, 'files.json')
  writeFileSync(list, JSON.stringify(files))
  return { name, folder, files, list }
}

function codeIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && CODE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !LEFT_OUT.test(path))
    .toSorted((one, other) => (one < other ? -1 : 1))
}

function withFolder<Result>(use: (folder: string) => Result): Result {
  const folder = join(workFolder, `${process.pid}-codemod`)
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  mkdirSync(folder, { recursive: true })
  try {
    return use(folder)
  } finally {
    process.off('exit', remove)
    remove()
  }
}
