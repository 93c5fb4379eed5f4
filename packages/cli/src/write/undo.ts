import { readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from '../errors.ts'
import {
  ageOfJournalMs,
  endJournal,
  hashOf,
  JOURNAL,
  readJournal,
  type Journal,
  type JournalEntry,
} from './journal.ts'
import { entryAt } from './place.ts'
import { replaceFile, STAGED } from './replace-file.ts'

/** What became of the files of a run that did not get to its end. */
export interface Undone {
  /** Those that have their old text back, or are gone again. */
  readonly restored: readonly string[]
  /** Those that somebody has changed since, and that stay as they are. */
  readonly changed: readonly string[]
}

/** Longer than any run writes; a process of the same number is then another one. */
const MAX_WRITE_MS = 10 * 60_000

/**
 * Undoes what a run that was killed had written.
 *
 * @throws CliError `WRITE_IN_PROGRESS` where the run is still at it, `JOURNAL_INVALID`, and
 * `WRITE_FAILED` where a file cannot be given its old text.
 */
export function undoInterrupted(root: string): Undone {
  const journal = readJournal(root)
  if (journal === undefined) return { restored: [], changed: [] }
  if (journal === 'cut off') {
    endJournal(root)
    return { restored: [], changed: [] }
  }
  if (isRunning(journal.pid) && ageOfJournalMs(root) < MAX_WRITE_MS) {
    throw new CliError(
      'WRITE_IN_PROGRESS',
      `Another oneprisma (process ${journal.pid}) is writing here. Wait for it, and run this again.`,
    )
  }
  return undo(root, journal)
}

/**
 * Gives the files of a journal their old text back, removes what is left of the run, and forgets
 * the journal. A file that has neither the old text nor the new one stays as it is.
 *
 * @throws CliError `WRITE_FAILED` where that fails; the journal is then kept for the next run.
 */
export function undo(root: string, { files, folders }: Journal): Undone {
  const restored: string[] = []
  const changed: string[] = []
  const failed: string[] = []
  let cause: unknown
  for (const entry of files) {
    try {
      const state = stateOf(root, entry)
      removeStaged(root, entry)
      if (state === 'after') {
        restore(root, entry)
        restored.push(entry.path)
      } else if (state === 'other') changed.push(entry.path)
    } catch (error) {
      failed.push(entry.path)
      cause ??= error
    }
  }
  if (failed.length > 0) {
    throw new CliError(
      'WRITE_FAILED',
      `${failed.map((path) => `"${path}"`).join(', ')} could not be given the old text again: ${String(cause)}. ${JOURNAL} has it; remove the cause and run this again, and it will be.`,
      { cause },
    )
  }
  for (const folder of folders.toReversed()) removeEmpty(join(root, folder))
  endJournal(root)
  return { restored, changed }
}

function stateOf(
  root: string,
  { path, before, after }: JournalEntry,
): 'before' | 'after' | 'other' {
  const entry = entryAt(join(root, path))
  if (entry === undefined) return before === null ? 'before' : 'other'
  if (!entry.isFile()) return 'other'
  const now = readFileSync(join(root, path), 'utf8')
  if (now === before) return 'before'
  return hashOf(now) === after ? 'after' : 'other'
}

function restore(root: string, { path, before }: JournalEntry): void {
  if (before === null) rmSync(join(root, path))
  else replaceFile(join(root, path), before)
}

function removeStaged(root: string, { path }: JournalEntry): void {
  const staged = join(root, path) + STAGED
  // A folder of this name is none of ours.
  if (entryAt(staged)?.isFile()) rmSync(staged)
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Somebody has put something into it, or it was never made.
  }
}

function isRunning(other: number): boolean {
  if (other === process.pid || other <= 0) return false
  try {
    return process.kill(other, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
