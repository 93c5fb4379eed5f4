import type { Project } from '../project/project.ts'
import { planMigration } from './plan-migration.ts'
import type { Inventory } from '../report/finding.ts'
import type { Scan } from '../scan/scan.ts'

/** Every site of a repository with what a migration would do to it. */
export function takeInventory(project: Project, scan: Scan): Inventory {
  const { root, sites, notes, unparsed } = planMigration(project, scan, { accept: new Set() })
  return { root, sites, notes, unparsed }
}
