import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from '../project/project.ts'
import type { Note } from '../report/finding.ts'
import type { Scan, ScannedModule } from '../scan/scan.ts'
import { planSharedModule, type SharedModulePlan } from '../shared-module/plan-shared-module.ts'
import type { Carried } from '../shared-module/module-text.ts'
import type { Target } from '../shared-module/target.ts'
import { styleOf } from '../text/text-style.ts'
import { electTarget } from './elect-target.ts'

/** Where the modules of a package import the shared client from. */
export type PackageTarget =
  | {
      readonly type: 'target'
      readonly target: Target
      /** The text of a module that is to be written, and what it needs. */
      readonly plan: SharedModulePlan | undefined
      readonly module: ScannedModule | undefined
    }
  | { readonly type: 'ambiguous'; readonly notes: readonly Note[] }

/**
 * Finds the shared module for a package: its own, that of a package of this repository that it
 * depends on, or else a new one.
 */
export function targetFor(
  scan: Scan,
  project: Project,
  folder: string,
  importers: readonly string[],
  requiring: readonly string[],
  carry: Carried | undefined,
): PackageTarget {
  const own = electTarget(scan, project, folder)
  if (own.type === 'target') return { ...own, plan: undefined }
  if (own.type === 'ambiguous') return { type: 'ambiguous', notes: own.paths.map(ambiguousNote) }
  const mainClient = scan.mainClient(importers[0] ?? '')
  for (const dependency of project.packages) {
    if (dependency.folder === folder || dependency.name === undefined) continue
    const owner = project.packages.find((one) => one.folder === folder)
    if (owner?.dependencies[dependency.name] === undefined) continue
    const elected = electTarget(scan, project, dependency.folder)
    if (elected.type !== 'target' || elected.target.packageSpecifier === undefined) continue
    if (scan.mainClient(elected.module.path) === mainClient) return { ...elected, plan: undefined }
  }
  const generator = project.generators.find(
    ({ output }) => (output ?? '@prisma/client') === mainClient,
  )
  const plan = planSharedModule(project, folder, {
    importers,
    requiring,
    exists: (path) => existsSync(join(project.root, path)),
    style: styleOf(importers.map((path) => scan.graph.textOf(path) ?? '').join('\n')),
    ...(generator !== undefined && { generator }),
    ...(carry !== undefined && { carry }),
  })
  return { type: 'target', target: plan.target, plan, module: undefined }
}

function ambiguousNote(path: string): Note {
  return {
    code: 'TARGET_AMBIGUOUS',
    path,
    line: 1,
    column: 1,
    message:
      'This module shares more than one client, so which one a module means is for you to say: import it by hand.',
  }
}
