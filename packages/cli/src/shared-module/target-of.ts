import type { ModuleSource } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import type { SharedModuleShape } from './recognize-shared-module.ts'
import type { Target } from './target.ts'

/** Describes a recognised module as what migrated code imports, as it is after its upgrade. */
export function targetOf(
  { path }: ModuleSource,
  shape: SharedModuleShape,
  project: Project,
): Target {
  const { exportedNames, hasDefault, format } = shape
  return {
    path,
    format,
    language: /\.[cm]?tsx?$/.test(path) ? 'ts' : 'js',
    hasDefault,
    named: exportedNames.includes('prisma') ? 'prisma' : exportedNames[0],
    isLazy: shape.refusal === undefined,
    exists: true,
    packageSpecifier: packageSpecifier(path, project),
  }
}

/** The name of the package whose entry the module is, as the other packages of the repository see it. */
function packageSpecifier(path: string, project: Project): string | undefined {
  const owner = project.packageOf(path)
  const other = project.packages.find(({ folder }) => folder !== owner.folder)
  if (owner.name === undefined || other === undefined) return undefined
  const from = other.folder === '' ? 'package.json' : `${other.folder}/package.json`
  const entry = project.resolve(owner.name, from)
  return entry?.kind === 'file' && entry.path === path ? owner.name : undefined
}
