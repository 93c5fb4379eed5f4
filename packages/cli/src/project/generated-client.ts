import type { Generator, Resolved } from './project.ts'

const ENTRY = String.raw`(?:/(client|index|default|edge|wasm|react-native))?(?:\.(?:[cm]?[jt]s))?`
const PACKAGE = new RegExp(`^@prisma/client${ENTRY}$`)
const IN_NODE_MODULES = new RegExp(`(?:^|/)(?:node_modules/[.@]prisma|\\.prisma)/client${ENTRY}$`)
const OUTPUT_ENTRY = new RegExp(`^${ENTRY}$`)
const EDGE_ENTRIES: readonly (string | undefined)[] = ['edge', 'wasm', 'react-native']

/** Whether a specifier names the client in node_modules: `@prisma/client`, `.prisma/client/edge`. */
export function asPackagedClient(specifier: string): Resolved | undefined {
  const match = PACKAGE.exec(specifier) ?? IN_NODE_MODULES.exec(specifier)
  return match === null ? undefined : client(undefined, match[1])
}

/** Whether a path is an entry of what a generator writes, be it written already or not. */
export function asGeneratedClient(
  path: string,
  generators: readonly Generator[],
): Resolved | undefined {
  for (const generator of generators) {
    const { output } = generator
    if (output === undefined || !path.startsWith(output)) continue
    const match = OUTPUT_ENTRY.exec(path.slice(output.length))
    if (match !== null) return client(generator, match[1])
  }
  return asPackagedClient(path)
}

const MODULE_PATH = /node_modules\/((?:@[^/]+\/)?[^/]+(?:\/.*)?)$/

/** Whether a bare specifier is a generator's output that lies in node_modules under that name. */
export function asClientPackage(
  specifier: string,
  generators: readonly Generator[],
): Resolved | undefined {
  for (const generator of generators) {
    const name = MODULE_PATH.exec(generator.output ?? '')?.[1]
    if (name === undefined || !specifier.startsWith(name)) continue
    const match = OUTPUT_ENTRY.exec(specifier.slice(name.length))
    if (match !== null) return client(generator, match[1])
  }
  return undefined
}

const GENERATED = /(?:^|\/)[@#~$]?(?:__)?generated(?:__)?\//
const PRISMA = /(?:^|[/\-_.@])prisma(?:$|[/\-_.])/i

/**
 * Whether a path where no file is looks like a client that some schema elsewhere has written:
 * `../generated/prisma`, `src/generated/prisma-client/index.js`, `../generated/client`.
 */
export function asLikelyClient(path: string): Resolved | undefined {
  const match = new RegExp(`^(.*?)${ENTRY}$`).exec(path)
  if (match === null || !GENERATED.test(`${path}/`)) return undefined
  const afterGenerated = path.slice(path.search(GENERATED))
  const isBareClient = new RegExp(
    `^/?[@#~$]?(?:__)?generated(?:__)?/client(?:/index)?(?:\\.[cm]?[jt]s)?$`,
  )
  if (!PRISMA.test(path) && !isBareClient.test(afterGenerated)) return undefined
  // `generated/prisma/enums` and the like are beside the client.
  const isEntry = match[2] !== undefined || PRISMA.test(lastSegment(path))
  return isEntry ? client(undefined, match[2]) : undefined
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function client(generator: Generator | undefined, entry: string | undefined): Resolved {
  return { kind: 'prisma-client', generator, isEdge: EDGE_ENTRIES.includes(entry) }
}
