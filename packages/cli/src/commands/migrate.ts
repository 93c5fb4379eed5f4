import type { ReasonCode } from '@oneprisma/sites'
import { planMiddleware } from '../middleware/plan-middleware.ts'
import type { Migration } from '../migrate/migration.ts'
import { planMigration } from '../migrate/plan-migration.ts'
import { withDependencies } from '../migrate/with-dependencies.ts'
import { plural } from '../report/plural.ts'
import { unifiedDiff } from '../report/unified-diff.ts'
import { openRepository } from '../repository.ts'
import type { Scan } from '../scan/scan.ts'
import type { World } from '../world.ts'
import { editsOf } from './edits-of.ts'
import { paintOf, printFindings } from './print-findings.ts'
import { writeChanges } from './write-changes.ts'

export interface MigrateCommandOptions {
  readonly root: string | undefined
  readonly write: boolean
  readonly json: boolean
  readonly allowDirty: boolean
  readonly accept: ReadonlySet<ReasonCode>
  /** Rewrites `$use` middleware, and nothing else. */
  readonly middleware: boolean
}

/** Shows what moves a repository to the shared client as a diff, or does it. */
export async function migrate(world: World, options: MigrateCommandOptions): Promise<number> {
  const { root, project, scan } = await openRepository(world, options.root)
  const migration = options.middleware
    ? onlyMiddleware(root, scan)
    : withDependencies(root, planMigration(project, scan, options))
  if (options.write) await writeChanges(world, root, migration.files, options)
  if (options.json) world.out(`${JSON.stringify(toJson(migration), null, 2)}\n`)
  else print(world, migration, options)
  sayWhatIsNext(world, migration, options)
  return 0
}

function onlyMiddleware(root: string, scan: Scan): Migration {
  const { files, notes } = planMiddleware(scan, root)
  const { unparsed } = scan
  return { root, sites: [], notes, unparsed, files, targets: [], dependencies: [] }
}

/** What `migrate --json` prints: the inventory, with the edits of each file and the targets. */
function toJson(migration: Migration): object {
  const { root, sites, notes, unparsed, files, targets, dependencies } = migration
  return {
    root,
    sites,
    notes,
    unparsed,
    target: targets[0] ?? null,
    targets,
    edits: files.map((file) =>
      file.before === undefined
        ? { path: file.path, created: true, text: file.after }
        : { path: file.path, created: false, edits: editsOf(file) },
    ),
    dependencies,
  }
}

function print(world: World, migration: Migration, { write }: MigrateCommandOptions): void {
  if (!write) world.out(unifiedDiff(migration.files, paintOf(world)))
  printFindings(world, migration)
}

function sayWhatIsNext(
  world: World,
  { files, dependencies }: Migration,
  { write }: MigrateCommandOptions,
): void {
  const count = plural(files.length, 'file')
  if (files.length === 0) world.err('There is nothing to rewrite.\n')
  else if (write) world.err(`Wrote ${count}. Look at \`git diff\`, and run your tests.\n`)
  else world.err(`Nothing was written. Run it with --write to change ${count}.\n`)
  if (write && dependencies.length > 0) {
    const names = [...new Set(dependencies.map(({ name }) => name))].join(', ')
    world.err(`Install what the rewritten files need: ${names}.\n`)
  }
}
