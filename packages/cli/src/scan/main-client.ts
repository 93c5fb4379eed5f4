import type { ModuleAnalysis, SiteContext } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'

interface Found {
  readonly path: string
  readonly analysis: ModuleAnalysis
  readonly context: SiteContext
}

/** How much of a package has to do with each client. */
interface Weights {
  /** Of the clients that some module exports, and no other client with it: what uses them. */
  readonly exported: Map<string, number>
  /** The clients that a module exports together with others. */
  readonly together: Map<string, number>
  readonly made: Map<string, number>
}

/**
 * The client that each package of a repository shares: the one that its modules export, else the
 * one that most of them make. Others are second clients. A migration moves uses from one side to
 * the other, and must not change the answer.
 */
export function mainClients(
  project: Project,
  modules: readonly Found[],
  importers: ReadonlyMap<string, ReadonlySet<string>>,
): (path: string) => string {
  const packages = new Map<string, Weights>()
  for (const { path, analysis, context } of modules) {
    if (context === 'test' || context === 'template') continue
    const { exported, together, made } = weightsOf(project.packageOf(path).folder)
    for (const { kind, made: maker, client } of analysis.sites) {
      if (kind === 're-export' || maker.isEdge) continue
      const isBare = client?.options.names.length === 0 && !client.options.isOpaque
      add(made, maker.client, isBare ? 10 : 1)
    }
    const clients = exportedClients(analysis)
    for (const client of clients) {
      if (clients.size > 1) add(together, client, 1)
      else add(exported, client, 10 * (1 + (importers.get(path)?.size ?? 0)))
    }
  }
  const mains = new Map([...packages].map(([folder, weights]) => [folder, mainOf(weights)]))
  return (path) => mains.get(project.packageOf(path).folder) ?? '@prisma/client'

  function weightsOf(folder: string): Weights {
    const known = packages.get(folder)
    if (known !== undefined) return known
    const weights = { exported: new Map(), together: new Map(), made: new Map() }
    packages.set(folder, weights)
    return weights
  }
}

function exportedClients({ exported }: ModuleAnalysis): ReadonlySet<string> {
  return new Set(exported.flatMap(({ value }) => (value.kind === 'client' ? value.client : [])))
}

function add(weights: Map<string, number>, client: string, weight: number): void {
  weights.set(client, (weights.get(client) ?? 0) + weight)
}

function mainOf({ exported, together, made }: Weights): string {
  for (const [client, weight] of exported) exported.set(client, weight + (made.get(client) ?? 0))
  const weights = [exported, together, made].find(({ size }) => size > 0) ?? made
  const [first] = [...weights].toSorted(
    ([one, most], [other, more]) => more - most || (one < other ? -1 : 1),
  )
  return first?.[0] ?? '@prisma/client'
}
