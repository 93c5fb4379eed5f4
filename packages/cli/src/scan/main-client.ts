import type { ModuleAnalysis, SiteContext } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'

interface Found {
  readonly path: string
  readonly analysis: ModuleAnalysis
  readonly context: SiteContext
}

/**
 * The client that each package of a repository shares: the one that its modules export, else the
 * one that most of them make. Others are second clients.
 */
export function mainClients(project: Project, modules: readonly Found[]): (path: string) => string {
  const counts = new Map<string, Map<string, number>>()
  for (const { path, analysis, context } of modules) {
    if (context === 'test' || context === 'template') continue
    for (const { kind, made, client } of analysis.sites) {
      if (kind === 're-export' || made.isEdge) continue
      const isBare = client?.options.names.length === 0 && !client.options.isOpaque
      count(project.packageOf(path).folder, made.client, isBare ? 10 : 1)
    }
    for (const { value } of analysis.exported) {
      if (value.kind === 'client') count(project.packageOf(path).folder, value.client, 1000)
    }
  }
  const mains = new Map([...counts].map(([folder, clients]) => [folder, mostOf(clients)]))
  return (path) => mains.get(project.packageOf(path).folder) ?? '@prisma/client'

  function count(folder: string, client: string, weight: number): void {
    const clients = counts.get(folder) ?? new Map<string, number>()
    clients.set(client, (clients.get(client) ?? 0) + weight)
    counts.set(folder, clients)
  }
}

function mostOf(clients: ReadonlyMap<string, number>): string {
  const [first] = [...clients].toSorted(
    ([one, most], [other, more]) => more - most || (one < other ? -1 : 1),
  )
  return first?.[0] ?? '@prisma/client'
}
