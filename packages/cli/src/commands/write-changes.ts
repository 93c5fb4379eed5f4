import { assertClean } from '../git.ts'
import type { FileChange } from '../migrate/migration.ts'
import { holdSignals } from '../write/hold-signals.ts'
import { writeFiles } from '../write/write-files.ts'
import type { World } from '../world.ts'

/**
 * Writes what a command changes, all or nothing, where git could bring back what was there.
 *
 * @throws CliError `GIT_DIRTY`, and what `writeFiles` throws.
 */
export async function writeChanges(
  world: World,
  root: string,
  changes: readonly FileChange[],
  options: { readonly allowDirty: boolean },
): Promise<void> {
  if (!options.allowDirty) assertRecoverable(world, root, changes)
  await holdSignals(() => writeFiles(root, changes))
}

/** @throws CliError `GIT_DIRTY` where git could not bring back what is about to be changed. */
export function assertRecoverable(
  world: World,
  root: string,
  changes: readonly FileChange[],
): void {
  const existing = changes.flatMap(({ path, before }) => (before === undefined ? [] : [path]))
  if (existing.length === 0 || assertClean(root, existing) !== 'none') return
  world.err(
    'There is no git repository here, so nothing but a copy of yours could take this back.\n',
  )
}
