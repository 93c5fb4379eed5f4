import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Package, Project } from '../project/project.ts'
import type { Scan } from '../scan/scan.ts'
import { planSharedModule } from '../shared-module/plan-shared-module.ts'
import { planUpgrades } from '../shared-module/plan-upgrades.ts'
import { applyEdits } from '../text/apply-edits.ts'
import { withDependencies } from './with-dependencies.ts'
import type { FileChange, Migration } from './migration.ts'
import { planMigration, type MigrateOptions } from './plan-migration.ts'

/** The shared modules of a repository: those that it has, upgraded in place, and those that it lacks. */
export function planInit(project: Project, scan: Scan): Migration {
  const upgrades = planUpgrades(scan, project)
  const migration = planMigration(project, scan, { accept: new Set(), upgraded: upgrades.shared })
  const created = migration.files.filter(({ before }) => before === undefined)
  const inNew = new Set(created.map(({ path }) => path))
  const plan = {
    ...migration,
    files: [...upgrades.files, ...created],
    targets: migration.targets.filter(({ path, exists }) => exists || inNew.has(path)),
    notes: [...upgrades.notes, ...migration.notes],
    dependencies: [...upgrades.dependencies, ...migration.dependencies],
  }
  const isAnything = plan.files.length > 0 || upgrades.shared.length > 0
  return withDependencies(project.root, isAnything ? plan : withFirstModule(plan, project))
}

/** What `adopt` does in one step: shared modules are upgraded or made, and all else moves to them. */
export function planAdoption(project: Project, scan: Scan, options: MigrateOptions): Migration {
  const upgrades = planUpgrades(scan, project)
  const migration = planMigration(project, scan, { ...options, upgraded: upgrades.shared })
  return withDependencies(project.root, {
    ...migration,
    files: combine([...upgrades.files, ...migration.files]),
    notes: [...upgrades.notes, ...migration.notes],
    dependencies: [...upgrades.dependencies, ...migration.dependencies],
  })
}

/** A repository without a client yet gets its module where Prisma is a dependency. */
function withFirstModule(plan: Migration, project: Project): Migration {
  const owner = project.packages.findLast(usesPrisma)
  if (owner === undefined) return plan
  const made = planSharedModule(project, owner.folder, {
    importers: [],
    exists: (path) => existsSync(join(project.root, path)),
  })
  const manifest = owner.folder === '' ? 'package.json' : `${owner.folder}/package.json`
  return {
    ...plan,
    files: [{ path: made.target.path, before: undefined, after: made.text, edits: [] }],
    targets: [made.target],
    notes: [...plan.notes, ...made.notes],
    dependencies: Object.entries(made.dependencies)
      .filter(([name]) => owner.dependencies[name] === undefined)
      .map(([name, range]) => ({ path: manifest, name, range })),
  }
}

function usesPrisma({ dependencies }: Package): boolean {
  return dependencies['@prisma/client'] !== undefined || dependencies['prisma'] !== undefined
}

/** A module that is upgraded and rewritten gets the edits of both. */
function combine(files: readonly FileChange[]): FileChange[] {
  const combined = new Map<string, FileChange>()
  for (const file of files) {
    const known = combined.get(file.path)
    if (known?.before === undefined) {
      combined.set(file.path, file)
    } else {
      const edits = [...known.edits, ...file.edits]
      combined.set(file.path, { ...known, edits, after: applyEdits(known.before, edits) })
    }
  }
  return [...combined.values()].toSorted((one, other) => (one.path < other.path ? -1 : 1))
}
