import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Unparsed } from '../report/finding.ts'
import { EntryKinds } from './entry-kinds.ts'
import { isCode, isConfiguration } from './file-names.ts'
import { walkFiles } from './walk-files.ts'

/** The files of a repository. Paths are relative to the root, with `/`, sorted. */
export interface FileList {
  /** Files that may hold code. */
  readonly code: readonly string[]
  /** Files that say how the code is built and run; a `prisma.config.ts` is in both. */
  readonly config: readonly string[]
  /** What may hold code and cannot be read as a file. */
  readonly skipped: readonly Unparsed[]
}

const MAX_LISTING_BYTES = 512 * 1024 * 1024

const run = promisify(execFile)

/** Lists what git knows and does not ignore below a folder; without git, what a walk finds. */
export async function listFiles(root: string): Promise<FileList> {
  const listed = await listByGit(root)
  // A root that its own repository ignores has no files to git.
  if (listed === undefined || listed.length === 0) {
    const { paths, links, unreadable } = walkFiles(root)
    const skipped = [...describeLinks(root, links), ...unreadable]
    return fileList(paths, skipped)
  }
  return sortOut(root, listed)
}

async function listByGit(root: string): Promise<readonly string[] | undefined> {
  // A file system monitor is a program that the repository names: listing must not start it.
  const args = ['-c', 'core.fsmonitor=false', 'ls-files', '-z']
  args.push('--cached', '--others', '--exclude-standard')
  try {
    const { stdout } = await run('git', args, { cwd: root, maxBuffer: MAX_LISTING_BYTES })
    return stdout.split('\0').filter((path) => path !== '')
  } catch {
    // There is no git, or no repository that git trusts.
    return undefined
  }
}

function sortOut(root: string, listed: readonly string[]): FileList {
  const kinds = new EntryKinds(root)
  const paths: string[] = []
  const links: string[] = []
  const skipped: Unparsed[] = []
  // An unmerged file is listed once for each of its stages.
  for (const path of new Set(listed)) {
    if (/(?:^|\/)node_modules(?:\/|$)/.test(path)) continue
    const kind = kinds.of(path.endsWith('/') ? path.slice(0, -1) : path)
    if (kind === 'file') paths.push(path)
    else if (kind === 'link') links.push(path)
    else if (kind === 'folder') skipped.push(describeFolder(path))
    else if (kind === 'other' && isCode(path)) skipped.push(describeOther(path))
  }
  return fileList(paths, [...skipped, ...describeLinks(root, links), ...kinds.unreadable])
}

function fileList(paths: readonly string[], skipped: readonly Unparsed[]): FileList {
  const sorted = paths.toSorted()
  return {
    code: sorted.filter(isCode),
    config: sorted.filter(isConfiguration),
    skipped: skipped.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

function describeLinks(root: string, links: readonly string[]): readonly Unparsed[] {
  return links
    .filter((path) => isCode(path) || leadsToFolder(join(root, path)))
    .map((path) => ({
      path,
      line: 1,
      message: 'This is a symbolic link, which is not followed; what it leads to is not read here.',
    }))
}

function leadsToFolder(link: string): boolean {
  return statSync(link, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function describeFolder(path: string): Unparsed {
  const message = isCode(path)
    ? 'This is a folder where a file was expected.'
    : 'This folder is a git repository of its own, which is not read; run there as well.'
  return { path: path.replace(/\/$/, ''), line: 1, message }
}

function describeOther(path: string): Unparsed {
  return { path, line: 1, message: 'This is neither a file nor a folder.' }
}
