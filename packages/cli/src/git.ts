import { execFileSync } from 'node:child_process'
import { CliError } from './errors.ts'

/** How a folder stands to git. */
export type GitState = 'clean' | 'dirty' | 'none'

/**
 * Whether what git has of a folder is all that is there: a tracked file that differs, or a file that
 * git does not know and that is about to be changed, could not be got back.
 */
export function gitState(root: string, changing: readonly string[]): GitState {
  const tracked = git(root, ['status', '--porcelain', '--untracked-files=no', '--', '.'])
  if (tracked === undefined) return 'none'
  if (tracked.trim() !== '') return 'dirty'
  if (changing.length === 0) return 'clean'
  const unknown = git(root, ['ls-files', '--others', '-z', '--', ...changing])
  return unknown === undefined || unknown !== '' ? 'dirty' : 'clean'
}

/** Stops a command that would change files which git could not bring back. */
export function assertClean(root: string, changing: readonly string[]): void {
  if (gitState(root, changing) !== 'dirty') return
  throw new CliError(
    'GIT_DIRTY',
    'This folder has changes that are not committed. Commit or stash them first, so that you can look at what this command changes and take it back; or run it with --allow-dirty.',
  )
}

function git(cwd: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', ['-c', 'core.fsmonitor=false', ...args], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 256 * 1024 * 1024,
    })
  } catch {
    return undefined
  }
}
