import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CliError } from '../errors.ts'
import type { FileChange } from '../migrate/migration.ts'
import { beginJournal, endJournal, isExisting, type Journal } from './journal.ts'
import { entryAt, refusePlace } from './place.ts'
import { STAGED, stageFile } from './replace-file.ts'
import { undo } from './undo.ts'

export interface WriteFilesOptions {
  /**
   * Puts a file in the place of another.
   *
   * @default `renameSync` of `node:fs`
   */
  readonly rename?: (from: string, to: string) => void
}

/**
 * Writes all files or none. A journal of the old texts comes first: with it the next run undoes what
 * one that was killed had done. Then every text is written beside its file, and each takes its
 * file's place in one step; where one cannot, those before it get their old text back. The work is
 * synchronous, so a signal that has a listener waits until it is done.
 *
 * @throws CliError `FILE_CHANGED` where a file is no longer what the change was made for,
 * `PLACE_REFUSED` where it lies outside of the root, `WRITE_IN_PROGRESS` where another run writes,
 * and `WRITE_FAILED` where the file system refuses: all files are then as they were.
 */
export function writeFiles(
  root: string,
  changes: readonly FileChange[],
  options: WriteFilesOptions = {},
): void {
  const { rename = renameSync } = options
  if (changes.length === 0) return
  for (const { path } of changes) assertWritable(root, path)
  const journal = begin(root, changes)
  try {
    for (const change of changes) assertUnchanged(root, change)
    for (const { path, after } of changes) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      stageFile(join(root, path), after)
    }
    for (const { path } of changes) rename(join(root, path) + STAGED, join(root, path))
  } catch (error) {
    undo(root, journal)
    throw error instanceof CliError ? error : failed(error)
  }
  endJournal(root)
}

function assertWritable(root: string, path: string): void {
  const refusal = refusePlace(root, path)
  if (refusal !== undefined) {
    throw new CliError(
      'PLACE_REFUSED',
      `"${path}" is not written: ${refusal}. Nothing was written.`,
    )
  }
  if (entryAt(join(root, path) + STAGED) === undefined) return
  throw new CliError(
    'WRITE_FAILED',
    `"${path}${STAGED}" is in the way, where the new text was to be written first. Move it away; nothing was written.`,
  )
}

function begin(root: string, changes: readonly FileChange[]): Journal {
  try {
    return beginJournal(root, changes)
  } catch (error) {
    if (!isExisting(error)) throw failed(error)
    throw new CliError(
      'WRITE_IN_PROGRESS',
      'Another oneprisma has begun to write here; nothing was written. Wait for it, and run this again.',
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

function failed(error: unknown): CliError {
  const what = error instanceof Error ? error.message : String(error)
  return new CliError('WRITE_FAILED', `Nothing was written: ${what}. All files are as they were.`, {
    cause: error,
  })
}
