import type { Project } from '../project/project.ts'
import type { Inventory } from '../report/finding.ts'
import type { Scan } from '../scan/scan.ts'
import { planMigration } from './plan-migration.ts'

/** Every site of a repository with what a migration would do to it. */
export function takeInventory(project: Project, scan: Scan): Inventory {
  const plan = planMigration(project, scan, { accept: new Set() })
  const { root, sites, unparsed, files } = plan
  // What is to be known of a module that a migration would write is for that to say.
  const planned = new Set(files.flatMap(({ path, before }) => (before === undefined ? [path] : [])))
  return { root, sites, notes: plan.notes.filter(({ path }) => !planned.has(path)), unparsed }
}
