import { readdirSync, type Dirent } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import type { Unparsed } from '../report/finding.ts'

export type EntryKind = 'file' | 'link' | 'folder' | 'other'

/**
 * Says what stands at a path without following links. It reads each folder once, which is much
 * quicker than asking for each file.
 *
 * @internal
 */
export class EntryKinds {
  readonly unreadable: Unparsed[] = []
  readonly #root: string
  readonly #folders = new Map<string, ReadonlyMap<string, EntryKind> | undefined>()

  constructor(root: string) {
    this.#root = root
  }

  /** `undefined` where nothing is, as for a file that was deleted. */
  of(path: string): EntryKind | undefined {
    const folder = dirname(path)
    return this.#entriesOf(folder)?.get(path.slice(folder === '.' ? 0 : folder.length + 1))
  }

  #entriesOf(folder: string): ReadonlyMap<string, EntryKind> | undefined {
    if (!this.#folders.has(folder)) this.#folders.set(folder, this.#read(folder))
    return this.#folders.get(folder)
  }

  #read(folder: string): ReadonlyMap<string, EntryKind> | undefined {
    if (folder !== '.' && this.of(folder) !== 'folder') return undefined
    const entries = readFolder(this.#root, folder)
    if (Array.isArray(entries)) return new Map(entries.map((entry) => [entry.name, kindOf(entry)]))
    this.unreadable.push(entries)
    return undefined
  }
}

/** Reads a folder, or says why it cannot be read. */
export function readFolder(root: string, folder: string): Dirent[] | Unparsed {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    return { path: folder, line: 1, message: `This folder cannot be read (${code}).` }
  }
}

export function kindOf(entry: Dirent): EntryKind {
  if (entry.isFile()) return 'file'
  if (entry.isSymbolicLink()) return 'link'
  return entry.isDirectory() ? 'folder' : 'other'
}
