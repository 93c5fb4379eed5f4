import { hasEnd } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import type { Scan, ScannedModule } from '../scan/scan.ts'
import { electTarget } from './elect-target.ts'

const OTHER_WAYS = new Set(['FACTORY', 'SUBCLASS', 'WRAPPER', 'SHARED_MODULE'])

/**
 * Whether only scripts of a package make clients of their own, while its code has clients from a
 * factory or a class: a new shared module for the scripts alone would be a second way.
 */
export function isMadeElsewhere(
  members: readonly ScannedModule[],
  importers: readonly ScannedModule[],
  scan: Scan,
  project: Project,
): boolean {
  const [first] = importers
  if (first === undefined || !importers.every(({ context }) => hasEnd(context))) return false
  const { folder, dependencies } = project.packageOf(first.path)
  if (electTarget(scan, project, folder).type === 'target') return false
  const reachable = scan.modules.filter((module) => {
    const { name } = project.packageOf(module.path)
    return members.includes(module) || (name !== undefined && dependencies[name] !== undefined)
  })
  return reachable.some(({ sites }) => sites.some(({ verdict }) => OTHER_WAYS.has(verdict.reason)))
}
