import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FileChange } from '../migrate/migration.ts'

/** What is added to the name of a file for the text that is to take its place. */
export const STAGED = '.oneprisma-new'

/** Gives files their old text back, and removes those that were not there. */
export function restoreFiles(
  root: string,
  changes: readonly Pick<FileChange, 'path' | 'before'>[],
): void {
  for (const { path, before } of changes) {
    const file = join(root, path)
    if (before === undefined) rmSync(file, { force: true })
    else writeFileSync(file, before)
    rmSync(file + STAGED, { force: true })
  }
}
