import type { Project } from '../project/project.ts'
import type { FileChange, MissingDependency } from './migration.ts'
import type { PackageTarget } from './targets.ts'

/** What package.json files have to name for the modules that are to be written. */
export function missingDependencies(
  project: Project,
  targets: readonly (PackageTarget & { readonly type: 'target' })[],
  changes: readonly FileChange[],
): MissingDependency[] {
  return targets.flatMap(({ plan, target }) => {
    if (plan === undefined || !changes.some(({ path }) => path === target.path)) return []
    const { folder, dependencies } = project.packageOf(target.path)
    const path = folder === '' ? 'package.json' : `${folder}/package.json`
    return Object.entries(plan.dependencies)
      .filter(([name]) => dependencies[name] === undefined)
      .map(([name, range]) => ({ path, name, range }))
  })
}
