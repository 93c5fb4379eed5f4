import { basename, dirname } from 'node:path/posix'
import type { ModuleAnalysis } from '@oneprisma/sites'
import type { FileChange, MissingDependency } from '../migrate/migration.ts'
import type { Project } from '../project/project.ts'
import type { Note } from '../report/finding.ts'
import type { Scan, ScannedModule } from '../scan/scan.ts'
import { recognizeSharedModule } from './recognize-shared-module.ts'
import { upgradeSharedModule } from './upgrade-shared-module.ts'

export interface Upgrades {
  readonly files: readonly FileChange[]
  readonly notes: readonly Note[]
  readonly dependencies: readonly MissingDependency[]
  /** Modules that share a client already, or do so once the files are written. */
  readonly shared: readonly string[]
}

/** Works out how the shared modules that a repository has are upgraded in place. */
export function planUpgrades(scan: Scan, project: Project): Upgrades {
  const nameOf = namesOfClients(scan)
  const files: FileChange[] = []
  const notes: Note[] = []
  const shared: string[] = []
  const dependencies = new Map<string, MissingDependency>()
  for (const { path, text, context, analysis, sites } of scan.modules) {
    const isCandidate = sites.some(
      ({ verdict }) => verdict.reason === 'SHARED_MODULE' || verdict.reason === 'ALREADY_SHARED',
    )
    if (!isCandidate || context === 'test' || context === 'template') continue
    const shape = recognizeSharedModule(analysis)
    if (shape === undefined) continue
    const upgrade = upgradeSharedModule(analysis.module, shape, project, nameOf(analysis))
    notes.push(...upgrade.notes)
    if (shape.refusal === undefined) shared.push(path)
    if (upgrade.edits.length === 0) continue
    files.push({ path, before: text, after: upgrade.text, edits: upgrade.edits })
    const owner = project.packageOf(path)
    const manifest = owner.folder === '' ? 'package.json' : `${owner.folder}/package.json`
    for (const [name, range] of Object.entries(upgrade.dependencies)) {
      if (owner.dependencies[name] !== undefined) continue
      dependencies.set(`${manifest} ${name}`, { path: manifest, name, range })
    }
  }
  return { files, notes, shared, dependencies: [...dependencies.values()] }
}

/**
 * Shared clients of one process are told apart by their names: of several generated clients, the one
 * that most modules make has none, and the others are called after their folders.
 */
function namesOfClients(scan: Scan): (analysis: ModuleAnalysis) => { readonly name?: string } {
  const counts = new Map<string, number>()
  for (const client of scan.modules.flatMap(clientsMadeIn)) {
    counts.set(client, (counts.get(client) ?? 0) + 1)
  }
  const [main] = [...counts].toSorted(
    ([one, most], [other, more]) => more - most || (one < other ? -1 : 1),
  )
  return ({ sites }) => {
    const client = sites.find((site) => site.client !== undefined)?.made.client
    return client === undefined || client === main?.[0] ? {} : { name: folderName(client) }
  }
}

function clientsMadeIn({ analysis, context }: ScannedModule): string[] {
  if (context === 'test' || context === 'template') return []
  return analysis.sites.flatMap(({ client, made }) => (client === undefined ? [] : [made.client]))
}

/** The last folder of a generated client that says which one it is: `generated/logs/client` is `logs`. */
function folderName(client: string): string {
  const isGeneral = /^(?:client|prisma|generated|prisma-client)$/
  let folder = client
  while (isGeneral.test(basename(folder)) && dirname(folder) !== '.') folder = dirname(folder)
  return basename(folder)
}
