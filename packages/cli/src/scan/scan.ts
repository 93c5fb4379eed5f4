import {
  contextOf,
  decide,
  type FoundSite,
  type ModuleAnalysis,
  type SiteContext,
  type Verdict,
} from '@oneprisma/sites'
import type { FileList } from '../project/file-list.ts'
import type { Project } from '../project/project.ts'
import { readSource } from '../project/read-source.ts'
import type { Unparsed } from '../report/finding.ts'
import { handsOn } from './hands-on.ts'
import { mainClients } from './main-client.ts'
import { ModuleGraph } from './module-graph.ts'
import { followNames } from './follow-names.ts'

/** A module with at least one site, and what is to become of each. */
export interface ScannedModule {
  readonly path: string
  readonly text: string
  readonly context: SiteContext
  readonly analysis: ModuleAnalysis
  /** The paths of the modules that import it, as far as they were looked for. */
  readonly importers: ReadonlySet<string>
  readonly sites: readonly DecidedSite[]
}

export interface DecidedSite {
  readonly site: FoundSite
  readonly verdict: Verdict
}

export interface Scan {
  readonly modules: readonly ScannedModule[]
  readonly unparsed: readonly Unparsed[]
  readonly graph: ModuleGraph
  /** The client that each package shares. */
  readonly mainClient: (path: string) => string
}

/** Finds and decides every site of a repository. Only files that name Prisma are parsed. */
export function scan(project: Project, files: FileList): Scan {
  const graph = new ModuleGraph(project, files.code)
  const unparsed: Unparsed[] = [...files.skipped]
  const rest: string[] = []
  const needles = needlesOf(project)
  const generated = project.generators.flatMap(({ output }) => (output ? [`${output}/`] : []))
  for (const path of files.code) {
    if (generated.some((folder) => path.startsWith(folder))) continue
    const source = readSource(project.root, path, needles)
    if (source === undefined) rest.push(path)
    else if ('text' in source) {
      if (isAboutClients(source.text)) graph.add(path, source.text)
      else rest.push(path)
    } else unparsed.push(source)
  }
  const importers = followNames(project, graph, rest)
  const found = graph.paths.flatMap((path) => {
    const analysis = graph.analysisOf(path)
    return analysis === undefined ? [] : [{ path, analysis, context: contextOf(analysis.module) }]
  })
  const mainClient = mainClients(project, found, importers)
  const modules = found.flatMap(({ path, analysis, context }): ScannedModule[] => {
    const imported = importers.get(path) ?? new Set<string>()
    const facts = { context, isImported: imported.size > 0, mainClient: mainClient(path) }
    const sites = analysis.sites.map((site) => ({ site, verdict: decide(site, analysis, facts) }))
    return [{ path, text: graph.textOf(path) ?? '', context, analysis, importers: imported, sites }]
  })
  unparsed.push(...graph.unparsed.values())
  unparsed.sort((one, other) => (one.path < other.path ? -1 : 1))
  return { modules, unparsed, graph, mainClient }
}

// Most files that import from Prisma want its types.
function isAboutClients(text: string): boolean {
  return /PrismaClient|sharePrisma/.test(text) || handsOn(text)
}

/**
 * Words without one of which a file has nothing to do with Prisma; the second is in every name of the
 * packages: `@prisma/client`, `.prisma/client`, `@oneprisma/client`.
 */
function needlesOf(project: Project): Buffer[] {
  const words = new Set(['PrismaClient', 'prisma/client'])
  for (const { output } of project.generators) {
    // The last two folders of a generated client: the way to them differs from file to file.
    if (output !== undefined) words.add(output.split('/').slice(-2).join('/'))
  }
  return [...words].map((word) => Buffer.from(word))
}
