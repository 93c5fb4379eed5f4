import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from '../errors.ts'
import { electTarget } from '../migrate/elect-target.ts'
import { importStyle } from '../migrate/import-style.ts'
import type { FileChange, Migration } from '../migrate/migration.ts'
import { planInit } from '../migrate/plan-init.ts'
import type { Project } from '../project/project.ts'
import { unifiedDiff } from '../report/unified-diff.ts'
import { openRepository } from '../repository.ts'
import type { Scan } from '../scan/scan.ts'
import { scriptTemplate } from '../shared-module/script-template.ts'
import type { Target } from '../shared-module/target.ts'
import type { World } from '../world.ts'
import { placeIn } from './place-in.ts'
import { paintOf, printFindings } from './print-findings.ts'
import { writeChanges } from './write-changes.ts'

export interface InitOptions {
  readonly root: string | undefined
  readonly write: boolean
  readonly json: boolean
  readonly allowDirty: boolean
  /** The path of a script to write as well. */
  readonly script: string | undefined
}

/** Shows the shared module that a repository gets, or how the one that it has is upgraded; or writes it. */
export async function init(world: World, options: InitOptions): Promise<number> {
  const { root, project, scan } = await openRepository(world, options.root)
  const plan = planInit(project, scan)
  const changes = [...plan.files, ...scriptOf(options.script, plan, project, scan)]
  if (options.write) await writeChanges(world, root, changes, options)
  if (options.json) world.out(`${JSON.stringify(toJson(plan, changes), null, 2)}\n`)
  else print(world, plan, changes, options)
  return 0
}

function toJson(
  { root, notes, targets, dependencies }: Migration,
  changes: readonly FileChange[],
): object {
  const files = changes.map(({ path, before, after }) => ({
    path,
    created: before === undefined,
    text: after,
  }))
  return { root, notes, target: targets[0] ?? null, targets, files, dependencies }
}

function print(
  world: World,
  plan: Migration,
  changes: readonly FileChange[],
  { write }: InitOptions,
): void {
  if (!write) world.out(unifiedDiff(changes, paintOf(world)))
  const paths = new Set(changes.map(({ path }) => path))
  const notes = plan.notes.filter(
    ({ path }) => paths.has(path) || plan.targets.some((target) => target.path === path),
  )
  if (notes.length > 0) printFindings(world, { sites: [], notes, unparsed: [] })
  if (changes.length === 0) world.err('There is a shared module already, or nothing to share.\n')
  else if (write) world.err(`Wrote ${changes.map(({ path }) => path).join(', ')}.\n`)
  else world.err('Nothing was written. Run it with --write to write this.\n')
}

/** A script that uses the shared module and ends by itself. */
function scriptOf(
  given: string | undefined,
  plan: Migration,
  project: Project,
  scan: Scan,
): FileChange[] {
  if (given === undefined) return []
  const path = placeIn(project.root, '--script', given)
  if (!/\.[cm]?[jt]s$/.test(path)) {
    throw new CliError(
      'USAGE',
      `--script takes the path of a program, such as scripts/report.ts; "${path}" is none.`,
    )
  }
  if (existsSync(join(project.root, path))) {
    throw new CliError('USAGE', `"${path}" is there already. Give --script the path of a new file.`)
  }
  const target = targetOf(path, plan, project, scan)
  if (target === undefined) {
    throw new CliError('USAGE', 'There is no shared module that a script could import.')
  }
  const format = formatOf(path, target, project)
  const style = importStyle(project, path, target, format)
  if (!style.ok) {
    throw new CliError(
      'USAGE',
      `"${path}" cannot import "${target.path}". Give the script another ending, or another folder.`,
    )
  }
  const after = scriptTemplate(target, style.specifier, format)
  return [{ path, before: undefined, after, edits: [] }]
}

/** The shared module of the package that a script is for, be it old or new. */
function targetOf(
  path: string,
  { targets }: Migration,
  project: Project,
  scan: Scan,
): Target | undefined {
  const { folder } = project.packageOf(path)
  const elected = electTarget(scan, project, folder)
  const own = targets.find((target) => project.packageOf(target.path).folder === folder)
  return own ?? (elected.type === 'target' ? elected.target : targets[0])
}

function formatOf(path: string, target: Target, project: Project): 'esm' | 'cjs' {
  if (/\.c[jt]s$/.test(path)) return 'cjs'
  const isPlain = path.endsWith('.js') && project.packageOf(path).type !== 'module'
  return isPlain && target.format === 'cjs' ? 'cjs' : 'esm'
}
