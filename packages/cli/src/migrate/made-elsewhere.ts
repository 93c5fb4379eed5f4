import { hasEnd } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import type { Scan, ScannedModule } from '../scan/scan.ts'
import { electTarget } from './elect-target.ts'

const OTHER_WAYS = new Set(['FACTORY', 'SUBCLASS', 'WRAPPER', 'SHARED_MODULE'])

/**
 * Whether only scripts of a package make clients of their own, while the repository has clients from
 * a factory or a class: a new shared module for the scripts alone would be a second way.
 */
export function isMadeElsewhere(
  importers: readonly ScannedModule[],
  scan: Scan,
  project: Project,
): boolean {
  const [first] = importers
  if (first === undefined || !importers.every(({ context }) => hasEnd(context))) return false
  if (electTarget(scan, project, project.packageOf(first.path).folder).type === 'target')
    return false
  return scan.modules.some(({ sites }) =>
    sites.some(({ verdict }) => OTHER_WAYS.has(verdict.reason)),
  )
}
