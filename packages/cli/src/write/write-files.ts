import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CliError } from '../errors.ts'
import type { FileChange } from '../migrate/migration.ts'
import { beginJournal, endJournal } from './journal.ts'
import { restoreFiles, STAGED } from './restore-files.ts'

/**
 * Writes all files or none. Every text is first written beside its file, then each takes its
 * file's place in one step; where one cannot, those before it get their old text back. A journal
 * of the old texts lets the next run do the same after a crash. The work is synchronous, so a
 * signal that has a listener waits until it is done.
 *
 * @throws CliError `FILE_CHANGED` where a file is no longer what the change was made for, and
 * `WRITE_FAILED` where the file system refuses: all files are then as they were.
 */
export function writeFiles(root: string, changes: readonly FileChange[]): void {
  for (const change of changes) assertUnchanged(root, change)
  const done: FileChange[] = []
  try {
    for (const change of changes) stage(root, change)
    beginJournal(root, changes)
    for (const change of changes) {
      const file = join(root, change.path)
      renameSync(file + STAGED, file)
      done.push(change)
    }
    endJournal(root)
  } catch (error) {
    restoreFiles(root, done)
    for (const { path } of changes) rmSync(join(root, path) + STAGED, { force: true })
    endJournal(root)
    throw new CliError(
      'WRITE_FAILED',
      `Nothing was written: ${messageOf(error)}. All files are as they were.`,
      { cause: error },
    )
  }
}

function assertUnchanged(root: string, { path, before }: FileChange): void {
  const file = join(root, path)
  const now = existsSync(file) ? readFileSync(file, 'utf8') : undefined
  if (now === before) return
  throw new CliError(
    'FILE_CHANGED',
    `"${path}" has changed since it was read; nothing was written. Run the command again.`,
  )
}

function stage(root: string, { path, before, after }: FileChange): void {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file + STAGED, after, { flush: true })
  if (before !== undefined) chmodSync(file + STAGED, statSync(file).mode)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
