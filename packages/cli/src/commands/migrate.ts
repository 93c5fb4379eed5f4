import type { ReasonCode } from '@oneprisma/sites'
import { assertClean } from '../git.ts'
import type { Migration } from '../migrate/migration.ts'
import { planMigration } from '../migrate/plan-migration.ts'
import { withDependencies } from '../migrate/with-dependencies.ts'
import { unifiedDiff } from '../report/unified-diff.ts'
import { openRepository } from '../repository.ts'
import { holdSignals } from '../write/hold-signals.ts'
import { writeFiles } from '../write/write-files.ts'
import type { World } from '../world.ts'
import { paintOf, printFindings } from './print-findings.ts'

export interface MigrateCommandOptions {
  readonly root: string | undefined
  readonly write: boolean
  readonly json: boolean
  readonly allowDirty: boolean
  readonly accept: ReadonlySet<ReasonCode>
}

/** Shows what moves a repository to the shared client as a diff, or does it. */
export async function migrate(world: World, options: MigrateCommandOptions): Promise<number> {
  const { root, project, scan } = await openRepository(world, options.root)
  const migration = withDependencies(root, planMigration(project, scan, options))
  if (options.write && migration.files.length > 0) {
    if (!options.allowDirty) {
      assertClean(
        root,
        migration.files.flatMap(({ path, before }) => (before === undefined ? [] : [path])),
      )
    }
    await holdSignals(() => writeFiles(root, migration.files))
  }
  if (options.json) world.out(`${JSON.stringify(toJson(migration), null, 2)}\n`)
  else print(world, migration, options)
  return 0
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
    edits: files.map(({ path, before, after, edits }) =>
      before === undefined ? { path, created: true, text: after } : { path, created: false, edits },
    ),
    dependencies,
  }
}

function print(world: World, migration: Migration, { write }: MigrateCommandOptions): void {
  if (!write) world.out(unifiedDiff(migration.files, paintOf(world)))
  printFindings(world, migration)
  const { files, dependencies } = migration
  if (files.length === 0) world.err('There is nothing to rewrite.\n')
  else if (write) world.err(`Wrote ${files.length} files.\n`)
  else world.err(`Nothing was written. Run it with --write to change ${files.length} files.\n`)
  if (write && dependencies.length > 0) {
    world.err(`Install what package.json names now, such as by \`npm install\`.\n`)
  }
}
