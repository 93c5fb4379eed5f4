import type { ModuleAnalysis, SiteContext } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'

interface Found {
  readonly path: string
  readonly analysis: ModuleAnalysis
  readonly context: SiteContext
}

/** What a package has to do with clients. */
interface Uses {
  /** The clients that a module of it exports, and no other client with it. */
  readonly alone: Set<string>
  /** The clients that a module of it exports together with others: an importer may mean any. */
  readonly together: Set<string>
  /** How much each file has to do with a client: it makes one, or imports one from elsewhere. */
  readonly weights: Map<string, Map<string, number>>
}

const BARE = 10
const WITH_OPTIONS = 1

/**
 * The client that each package of a repository shares: one that its modules export, if they do, and
 * of these or of all the one that most of its files use. Others are second clients. A migration
 * turns files that make a client into files that import it, which must not change the answer.
 */
export function mainClients(
  project: Project,
  modules: readonly Found[],
  importers: ReadonlyMap<string, ReadonlySet<string>>,
): (path: string) => string {
  const packages = new Map<string, Uses>()
  for (const { path, analysis, context } of modules) {
    if (context === 'test' || context === 'template') continue
    for (const { kind, made, client } of analysis.sites) {
      if (kind === 're-export' || made.isEdge) continue
      const isBare = client?.options.names.length === 0 && !client.options.isOpaque
      use(path, made.client, isBare ? BARE : WITH_OPTIONS)
    }
    const clients = exportedClients(analysis)
    const [only, ...others] = clients
    if (only === undefined) continue
    const { alone, together } = usesOf(path)
    for (const client of clients) (others.length > 0 ? together : alone).add(client)
    if (others.length > 0) continue
    for (const importer of importers.get(path) ?? []) use(importer, only, BARE)
  }
  const mains = new Map([...packages].map(([folder, uses]) => [folder, mainOf(uses)]))
  return (path) => mains.get(project.packageOf(path).folder) ?? '@prisma/client'

  function usesOf(path: string): Uses {
    const { folder } = project.packageOf(path)
    const known = packages.get(folder) ?? {
      alone: new Set(),
      together: new Set(),
      weights: new Map(),
    }
    packages.set(folder, known)
    return known
  }

  function use(path: string, client: string, weight: number): void {
    const { weights } = usesOf(path)
    const files = weights.get(client) ?? new Map<string, number>()
    weights.set(client, files.set(path, Math.max(weight, files.get(path) ?? 0)))
  }
}

function exportedClients({ exported }: ModuleAnalysis): ReadonlySet<string> {
  return new Set(exported.flatMap(({ value }) => (value.kind === 'client' ? value.client : [])))
}

function mainOf({ alone, together, weights }: Uses): string {
  const [shared] = [...together].toSorted()
  if (alone.size === 0 && shared !== undefined) return shared
  const [first] = [...(alone.size > 0 ? alone : weights.keys())]
    .map((client) => ({ client, weight: sum(weights.get(client)?.values() ?? []) }))
    .toSorted((one, other) => other.weight - one.weight || (one.client < other.client ? -1 : 1))
  return first?.client ?? '@prisma/client'
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0)
}
