import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FileChange } from '../migrate/migration.ts'
import { restoreFiles } from './restore-files.ts'

/** The file, at the root, that tells what files were before a run replaced them. */
export const JOURNAL = '.oneprisma-journal.json'

interface Entry {
  readonly path: string
  /** Null: there was no such file. */
  readonly before: string | null
  /** The hash of what takes its place. */
  readonly after: string
}

/** Notes what files were before they are replaced. */
export function beginJournal(root: string, changes: readonly FileChange[]): void {
  const entries = changes.map(
    ({ path, before, after }): Entry => ({ path, before: before ?? null, after: hash(after) }),
  )
  writeFileSync(join(root, JOURNAL), JSON.stringify(entries), { flush: true })
}

/** Forgets the journal: what it was for has ended. */
export function endJournal(root: string): void {
  rmSync(join(root, JOURNAL), { force: true })
}

/**
 * Undoes what a run that was killed had written, and returns the paths. A file that has been
 * changed since stays as it is. A journal that was cut off tells that nothing had been replaced.
 */
export function undoInterrupted(root: string): readonly string[] {
  if (!existsSync(join(root, JOURNAL))) return []
  const written = entriesOf(readFileSync(join(root, JOURNAL), 'utf8')).filter(({ path, after }) => {
    const file = join(root, path)
    return !existsSync(file) || hash(readFileSync(file, 'utf8')) === after
  })
  restoreFiles(
    root,
    written.map(({ path, before }) => ({ path, before: before ?? undefined })),
  )
  endJournal(root)
  return written.map(({ path }) => path)
}

function entriesOf(text: string): readonly Entry[] {
  try {
    // Only `beginJournal` writes this file.
    return JSON.parse(text) as readonly Entry[]
  } catch {
    return []
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
