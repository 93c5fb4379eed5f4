import { hasEnd } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import type { Scan, ScannedModule } from '../scan/scan.ts'
import { electTarget } from './elect-target.ts'

const OTHER_WAYS = new Set(['FACTORY', 'SUBCLASS', 'WRAPPER', 'SHARED_MODULE'])

/**
 * Whether only scripts of a package make clients of their own, while the code that it belongs with
 * has clients from a factory or a class: a new shared module for the scripts alone would be a
 * second way.
 */
export function isMadeElsewhere(
  importers: readonly ScannedModule[],
  scan: Scan,
  project: Project,
): boolean {
  const [first] = importers
  if (first === undefined || !importers.every(({ context }) => hasEnd(context))) return false
  const { folder } = project.packageOf(first.path)
  if (electTarget(scan, project, folder).type === 'target') return false
  const related = relatedTo(folder, project)
  return scan.modules.some(
    ({ path, sites }) =>
      related.has(project.packageOf(path).folder) &&
      sites.some(({ verdict }) => OTHER_WAYS.has(verdict.reason)),
  )
}

/** The packages that a package depends on or that depend on it, and so on: not those of another app. */
function relatedTo(folder: string, { packages }: Project): ReadonlySet<string> {
  const related = new Set([folder])
  for (let size = 0; size < related.size;) {
    size = related.size
    for (const one of packages) {
      for (const other of packages) {
        if (other.name === undefined || one.dependencies[other.name] === undefined) continue
        if (related.has(one.folder)) related.add(other.folder)
        else if (related.has(other.folder)) related.add(one.folder)
      }
    }
  }
  return related
}
