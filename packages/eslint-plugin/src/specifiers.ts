import { prismaExports, type ClientValue, type ModuleExports, type Value } from '@oneprisma/sites'
import { matchesGlob } from './glob.ts'
import type { Settings } from './settings.ts'

/** The one identity that a client has here: the syntax of a module does not tell generators apart. */
export const MAIN_CLIENT = '@prisma/client'

const PACKAGE = /^@prisma\/client(?:\/(?:edge|wasm|default|index|react-native))?(?:\.js)?$/
const GENERATED =
  /(?:^|\/)(?:\.prisma\/client|generated\/(?:prisma-client|prisma|client))(?:\/|\.[cm]?[jt]s$|$)/
const EDGE = /\/(?:edge|wasm)(?:\.[cm]?[jt]s)?$/
const SHARED =
  /(?:\/|^#)(?:prisma|db|database)(?:[-_.]?(?:client|server|service|connection|instance|singleton))*(?:\/(?:index|client))?(?:\.[cm]?[jt]sx?)?$/i
/** What leads into the folders of a repository, and tells nothing of a file: `../`, `@/`, `~/`, `#`. */
const ENTRANCE = /^(?:(?:\.{1,2}\/)+|[@~#]\/|[~#](?!\/))/
const EXTENSION = /(?:\/index)?(?:\.[cm]?[jt]sx?)?$/

const CLIENT_NAMES = ['default', 'prisma', 'db', 'database', 'client', 'prismaClient', 'dbClient']
const SHARED_CLIENT: ClientValue = {
  kind: 'client',
  isShared: true,
  isExtended: false,
  client: MAIN_CLIENT,
}

/** Says what a specifier leads to by its text alone: no file is read. */
export function exportsOf(specifier: string, settings: Settings): ModuleExports | undefined {
  if (isClientSpecifier(specifier, settings)) {
    return prismaExports(MAIN_CLIENT, isEdgeSpecifier(specifier, settings))
  }
  if (!isSharedSpecifier(specifier, settings)) return undefined
  const names = new Set([...CLIENT_NAMES, settings.sharedExport])
  const clients = [...names].map((name): [string, Value] => [name, SHARED_CLIENT])
  // A module that shares the client often hands the class on as well.
  return new Map([...prismaExports(MAIN_CLIENT, false), ...clients])
}

/** Whether a specifier leads to a client that is made for edge runtimes. */
export function isEdgeSpecifier(specifier: string, { edgeModules }: Settings): boolean {
  return EDGE.test(specifier) || matchesAny(specifier, edgeModules)
}

export function isSharedSpecifier(specifier: string, settings: Settings): boolean {
  if (isClientSpecifier(specifier, settings)) return false
  if (isNamedShared(specifier, settings)) return true
  return settings.sharedModules === undefined && SHARED.test(specifier)
}

/** Whether the settings say that a specifier leads to a shared client. */
export function isNamedShared(specifier: string, settings: Settings): boolean {
  const { sharedModule, sharedModules } = settings
  if (sharedModule !== undefined && isSameModule(specifier, sharedModule)) return true
  return sharedModules !== undefined && matchesAny(specifier, sharedModules)
}

/** Whether the settings say that a file is a shared module. */
export function isSharedFile(path: string, { sharedModule, sharedModules }: Settings): boolean {
  const file = path.replace(EXTENSION, '')
  const patterns = [...(sharedModule === undefined ? [] : [sharedModule]), ...(sharedModules ?? [])]
  return patterns.some((pattern) => {
    const tail = withoutEntrance(pattern).replace(EXTENSION, '')
    return matchesGlob(file, tail) || matchesGlob(file, `**/${tail}`)
  })
}

function isClientSpecifier(specifier: string, { clientModules }: Settings): boolean {
  return (
    PACKAGE.test(specifier) || GENERATED.test(specifier) || matchesAny(specifier, clientModules)
  )
}

function matchesAny(specifier: string, globs: readonly string[]): boolean {
  return globs.some((glob) => matchesGlob(specifier, glob))
}

/** `../prisma` and `@/lib/prisma` may be one module: the end of their paths is the same. */
function isSameModule(specifier: string, shared: string): boolean {
  if (specifier === shared) return true
  if (!ENTRANCE.test(specifier) || !ENTRANCE.test(shared)) return false
  const one = withoutEntrance(specifier).replace(EXTENSION, '')
  const other = withoutEntrance(shared).replace(EXTENSION, '')
  return `/${one}`.endsWith(`/${other}`) || `/${other}`.endsWith(`/${one}`)
}

function withoutEntrance(specifier: string): string {
  return specifier.replace(ENTRANCE, '')
}
