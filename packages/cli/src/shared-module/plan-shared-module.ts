import type { Generator, Package, Project } from '../project/project.ts'
import type { Note } from '../report/finding.ts'
import { chooseAdapter } from './adapter.ts'
import { clientSpecifier } from './client-import.ts'
import { rangesOf } from './dependencies.ts'
import { generatorOf } from './generator-of.ts'
import { chooseFormat } from './module-format.ts'
import { writeModule, type Carried } from './module-text.ts'
import { remarksOnPlan } from './plan-remarks.ts'
import { placeSharedModule, type Surroundings } from './place-shared-module.ts'
import { styleOf, type TextStyle } from '../text/text-style.ts'
import type { Target } from './target.ts'

/** A shared module that is not there yet. */
export interface SharedModulePlan {
  readonly target: Target
  readonly text: string
  /** What package.json needs for it: name to range, those that it has already included. */
  readonly dependencies: Readonly<Record<string, string>>
  readonly notes: readonly Note[]
}

export interface SharedModuleNeed extends Surroundings {
  /** The client to share, where the package has several. */
  readonly generator?: Generator
  readonly carry?: Carried
  /** Those of the importers that are CommonJS. */
  readonly requiring?: readonly string[]
  /**
   * How the modules that will import it are written.
   *
   * @default single quotes, no semicolons
   */
  readonly style?: TextStyle
  /**
   * Which shared client it is, where a process has several: those of two databases may not meet.
   *
   * @default the one without a name
   */
  readonly name?: string
}

/** Plans the shared module of a package that has none: its place, its text and what it needs. */
export function planSharedModule(
  project: Project,
  folder: string,
  need: SharedModuleNeed,
): SharedModulePlan {
  const owner = packageAt(project, folder)
  const generator = need.generator ?? generatorOf(project, owner)
  const importers = need.importers.map((path) => ({
    path,
    runner: project.runnerOf(path),
    requires: need.requiring?.includes(path) ?? false,
  }))
  const form = chooseFormat(owner, importers)
  const path = placeSharedModule(project, owner, form.extension, need)
  const choice = chooseAdapter(owner, generator)
  const seesSubpaths = form.language === 'js' || !resolvesWithoutExports(owner)
  const adapter = choice.kind === 'adapter' ? choice.adapter : undefined
  const client = clientSpecifier(
    { path, ...form },
    generator,
    owner,
    importers.map(({ runner }) => runner),
  )
  const remarks = remarksOnPlan({ owner, generator, form, importers, choice, seesSubpaths })
  return {
    target: {
      path,
      format: form.format,
      language: form.language,
      hasDefault: true,
      named: 'prisma',
      isLazy: true,
      exists: false,
      packageSpecifier: undefined,
    },
    text: writeModule({
      format: form.format,
      clientSpecifier: client,
      adapter: adapter && { ...adapter, hasPgPool: adapter.hasPgPool && seesSubpaths },
      urlVariable: generator?.datasource?.urlVariable ?? 'DATABASE_URL',
      carried: need.carry ?? {},
      style: need.style ?? styleOf(''),
      name: need.name,
    }),
    dependencies: rangesOf(owner, [
      '@oneprisma/client',
      '@prisma/client',
      ...(adapter === undefined ? [] : [adapter.package]),
    ]),
    notes: remarks.map(([code, message]) => ({ code, path, line: 1, column: 1, message })),
  }
}

function packageAt(project: Project, folder: string): Package {
  return (
    project.packages.find((candidate) => candidate.folder === folder) ??
    project.packageOf(folder === '' ? 'package.json' : `${folder}/package.json`)
  )
}

/** Whether TypeScript looks for a subpath as a file and not in the `exports` of its package. */
function resolvesWithoutExports({ compiler }: Package): boolean {
  const resolution = compiler.moduleResolution?.toLowerCase()
  if (resolution !== undefined) return ['node', 'node10', 'classic'].includes(resolution)
  return compiler.module?.toLowerCase() === 'commonjs'
}
