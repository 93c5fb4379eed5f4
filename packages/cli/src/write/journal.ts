import { createHash } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { CliError } from '../errors.ts'
import type { FileChange } from '../migrate/migration.ts'
import { isObject } from '../project/json.ts'
import { entryAt, existingFolder, NO_FILE, refusePlace } from './place.ts'

/** The file, at the root, that tells what files were before a run replaced them. */
export const JOURNAL = '.oneprisma-journal.json'

/** What a run is about to do to files. Paths are relative to the root, with `/`. */
export interface Journal {
  /** The process that writes. */
  readonly pid: number
  readonly files: readonly JournalEntry[]
  /** Folders that are not there yet, the deepest last. */
  readonly folders: readonly string[]
}

export interface JournalEntry {
  readonly path: string
  /** Null: there was no such file. */
  readonly before: string | null
  /** The hash of what takes its place. */
  readonly after: string
}

/**
 * Notes what files were, before anything is done to them. As long as the journal is there, no other
 * run writes.
 *
 * @throws what the file system throws; `EEXIST` where another run has begun.
 */
export function beginJournal(root: string, changes: readonly FileChange[]): Journal {
  const files = changes.map(({ path, before, after }): JournalEntry => ({
    path,
    before: before ?? null,
    after: hashOf(after),
  }))
  const folders = [...new Set(changes.flatMap(({ path }) => missingFolders(root, path)))].toSorted()
  const journal = { pid: process.pid, files, folders }
  try {
    writeFileSync(join(root, JOURNAL), JSON.stringify(journal), { flag: 'wx', flush: true })
  } catch (error) {
    // Half of a journal, of a disk that is full, is of no use.
    if (!isExisting(error)) endJournal(root)
    throw error
  }
  return journal
}

/** Whether an error says that something is there already. */
export function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

/** Forgets the journal: what it was for has ended. */
export function endJournal(root: string): void {
  rmSync(join(root, JOURNAL), { force: true })
}

/**
 * Reads the journal that another run has left. Returns `undefined` where there is none, and
 * `'cut off'` where that run ended before it had done anything.
 *
 * @throws CliError `JOURNAL_INVALID` where it is none of ours, or would change what it must not.
 */
export function readJournal(root: string): Journal | 'cut off' | undefined {
  const entry = entryAt(join(root, JOURNAL))
  if (entry === undefined) return undefined
  if (!entry.isFile()) throw invalid('it is no file')
  let value: unknown
  try {
    value = JSON.parse(readFileSync(join(root, JOURNAL), 'utf8'))
  } catch {
    return 'cut off'
  }
  if (!isJournal(value)) throw invalid('it is not in the form that oneprisma writes')
  for (const path of [...value.files.map((file) => file.path), ...value.folders]) {
    const refusal = refusePlace(root, path)
    // What has been put in the place of a file since is left alone later on.
    if (refusal !== undefined && refusal !== NO_FILE) {
      throw invalid(`it names "${path}", and ${refusal}`)
    }
  }
  return value
}

/** How long ago a journal was begun. */
export function ageOfJournalMs(root: string): number {
  return Date.now() - (statSync(join(root, JOURNAL), { throwIfNoEntry: false })?.mtimeMs ?? 0)
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function missingFolders(root: string, path: string): string[] {
  const missing: string[] = []
  const there = existingFolder(dirname(join(root, path)))
  for (let at = dirname(join(root, path)); at !== there; at = dirname(at)) {
    missing.push(relative(root, at).replaceAll(sep, '/'))
  }
  return missing
}

// The file can come from anywhere: a repository may have been made to harm who looks at it.
function isJournal(value: unknown): value is Journal {
  if (!isObject(value)) return false
  const { pid, files, folders } = value
  return (
    Number.isSafeInteger(pid) &&
    Array.isArray(files) &&
    files.every(isEntry) &&
    Array.isArray(folders) &&
    folders.every((folder) => typeof folder === 'string')
  )
}

function isEntry(value: unknown): value is JournalEntry {
  if (!isObject(value)) return false
  const { path, before, after } = value
  return (
    typeof path === 'string' &&
    (before === null || typeof before === 'string') &&
    typeof after === 'string'
  )
}

function invalid(why: string): CliError {
  return new CliError(
    'JOURNAL_INVALID',
    `${JOURNAL} is not used: ${why}. No run of oneprisma has written it like this; look at it, and delete it.`,
  )
}
