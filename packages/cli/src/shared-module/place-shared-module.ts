import { posix } from 'node:path'
import type { Framework, Package, Project } from '../project/project.ts'

/** What is known of the files around a module that is to be written. */
export interface Surroundings {
  /** The files that will import it, relative to the root. */
  readonly importers: readonly string[]
  /** Whether a file or folder is there, by its path relative to the root. */
  readonly exists: (path: string) => boolean
}

// Where the framework decides by the path what never reaches the browser.
const SERVER_ONLY: Partial<Record<Framework, readonly string[]>> = {
  remix: ['app/lib/prisma.server', 'app/lib/shared-prisma.server'],
  sveltekit: ['src/lib/server/prisma', 'src/lib/server/shared-prisma'],
  nuxt: ['server/utils/prisma', 'server/utils/shared-prisma'],
}

const NAMES = ['lib/prisma', 'lib/shared-prisma', 'lib/shared-prisma-client']

const EXTENSIONS = ['.ts', '.js', '.mjs', '.cjs', '.mts', '.cts', '.tsx', '.jsx']

/** Finds a free path for the shared module of a package: where its aliases point, or else in `lib`. */
export function placeSharedModule(
  project: Project,
  { folder, framework }: Package,
  extension: string,
  surroundings: Surroundings,
): string {
  const within = (path: string): string => posix.join(folder, path)
  const names =
    SERVER_ONLY[framework] ??
    NAMES.map((name) => posix.join(baseOf(project, folder, extension, surroundings), name))
  const free = names.find((name) => !isTaken(within(name), surroundings))
  return within(`${free ?? firstNumbered(within, names, surroundings)}${extension}`)
}

/** The folder, within that of the package, that its sources are imported from. */
function baseOf(
  project: Project,
  folder: string,
  extension: string,
  { importers, exists }: Surroundings,
): string {
  const bases = ['src', 'app', ''].filter((base) => base === '' || exists(posix.join(folder, base)))
  const [from = posix.join(folder, `index${extension}`)] = importers
  const pointed = bases
    .map((base) => {
      const path = posix.join(folder, base, `lib/prisma${extension}`)
      const alias = project.aliasesTo(path, from).find((specifier) => /^[^\w./]/.test(specifier))
      return { base, length: alias?.length ?? Infinity }
    })
    .filter(({ length }) => length < Infinity)
    .toSorted((one, other) => one.length - other.length)
  return pointed[0]?.base ?? (bases.includes('src') ? 'src' : '')
}

// A module of the same name with another extension would win, or lose, by the resolver's order.
function isTaken(path: string, { exists }: Surroundings): boolean {
  return exists(path) || EXTENSIONS.some((extension) => exists(`${path}${extension}`))
}

function firstNumbered(
  within: (path: string) => string,
  names: readonly string[],
  surroundings: Surroundings,
): string {
  for (let number = 2; ; number++) {
    const name = `${names[0]}-${number}`
    if (!isTaken(within(name), surroundings)) return name
  }
}
