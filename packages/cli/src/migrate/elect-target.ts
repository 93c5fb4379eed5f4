import type { Exported, ModuleExports } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import type { Scan, ScannedModule } from '../scan/scan.ts'
import type { Target } from '../shared-module/target.ts'

export type Election =
  | { readonly type: 'target'; readonly target: Target; readonly module: ScannedModule }
  /** Several clients are shared, and nothing says which one is meant. */
  | { readonly type: 'ambiguous'; readonly paths: readonly string[] }
  | { readonly type: 'none' }

/** Finds the module that a package shares its client from, or says that there is none, or more than one. */
export function electTarget(scan: Scan, project: Project, folder: string): Election {
  const candidates = scan.modules
    .filter(({ path }) => project.packageOf(path).folder === folder)
    .filter(isShared)
    .map((module) => ({ module, clients: clientsOf(module, scan), rank: rankOf(module) }))
    .filter(({ clients }) => clients.length > 0)
    .toSorted((one, other) => other.rank - one.rank)
  const [best] = candidates
  if (best === undefined) return { type: 'none' }
  if (new Set(best.clients.map(({ variable }) => variable)).size > 1) {
    return { type: 'ambiguous', paths: [best.module.path] }
  }
  const target = targetOf(best.module, best.clients, project, scan)
  return target === undefined
    ? { type: 'ambiguous', paths: [best.module.path] }
    : { type: 'target', target, module: best.module }
}

function isShared({ sites }: ScannedModule): boolean {
  return sites.some(
    ({ verdict }) => verdict.reason === 'SHARED_MODULE' || verdict.reason === 'ALREADY_SHARED',
  )
}

/**
 * The exports of a module that are clients; a promise of one cannot be imported as one. Of clients
 * of several schemas, those that the package has most of.
 */
function clientsOf({ analysis, context, path }: ScannedModule, scan: Scan): readonly Exported[] {
  if (context === 'test' || context === 'template') return []
  const clients = analysis.exported.filter(({ value }) => value.kind === 'client')
  const main = scan.mainClient(path)
  return clients.filter(({ value }) => value.kind === 'client' && value.client === main)
}

function rankOf({ analysis, sites, importers }: ScannedModule): number {
  const isOurs = sites.some(({ verdict }) => verdict.reason === 'ALREADY_SHARED')
  const isGuarded = sites.some(({ site }) => (site.client?.globals.length ?? 0) > 0)
  const isNamed = analysis.exported.some(({ name }) => name === 'prisma' || name === 'default')
  return (isOurs ? 1_000_000 : 0) + importers.size * 100 + (isGuarded ? 10 : 0) + (isNamed ? 1 : 0)
}

function targetOf(
  { path, analysis }: ScannedModule,
  clients: readonly Exported[],
  project: Project,
  scan: Scan,
): Target | undefined {
  const names = clients.map(({ name }) => name)
  const named = names.find((name) => name === 'prisma') ?? names.find((name) => name !== 'default')
  const isEsm = analysis.module.program.body.some(({ type }) => /^(?:Export|Import)/.test(type))
  const hasDefault = names.includes('default')
  if (!hasDefault && named === undefined) return undefined
  return {
    path,
    format: isEsm ? 'esm' : 'cjs',
    language: /\.[cm]?tsx?$/.test(path) ? 'ts' : 'js',
    hasDefault,
    named,
    isLazy: clients.every(({ value }) => value.kind === 'client' && value.isShared),
    exists: true,
    packageSpecifier: packageSpecifier(path, clients, project, scan),
  }
}

/** The package's own name, where its entry hands on the client under the same name. */
function packageSpecifier(
  path: string,
  clients: readonly Exported[],
  project: Project,
  scan: Scan,
): string | undefined {
  const { name, folder } = project.packageOf(path)
  if (name === undefined || folder === '') return undefined
  const exports: ModuleExports | undefined = scan.graph.resolve(name, path)
  return clients.some((client) => exports?.get(client.name)?.kind === 'client') ? name : undefined
}
