import type { FileChange, MissingDependency } from '../migrate/migration.ts'
import type { Project } from '../project/project.ts'
import type { Note } from '../report/finding.ts'
import type { Scan } from '../scan/scan.ts'
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
    const upgrade = upgradeSharedModule(analysis.module, shape, project)
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
