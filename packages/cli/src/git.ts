import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CliError } from './errors.ts'

/** How a folder stands to git. */
export type GitState = 'clean' | 'dirty' | 'none'

/**
 * Whether what git has of a folder is all that is there: a tracked file that differs, or a file that
 * git does not know and that is about to be changed, could not be got back.
 *
 * @throws CliError `GIT_UNREADABLE` where there is a repository, and git does not answer.
 */
function gitState(root: string, changing: readonly string[]): GitState {
  const differing = git(root, [
    'status',
    '--porcelain',
    '--untracked-files=no',
    // What lies in a submodule is never changed.
    '--ignore-submodules=all',
    '--',
    '.',
  ])
  const tracked = git(root, ['ls-files', '-z', '--cached'])
  if (differing === undefined || tracked === undefined) return noRepository(root)
  if (differing.trim() !== '') return 'dirty'
  const known = new Set(tracked.split('\0'))
  return changing.every((path) => known.has(path)) ? 'clean' : 'dirty'
}

/**
 * Stops a command that would change files which git could not bring back. Without git there is
 * nothing to compare with: it is for the caller to say so.
 */
export function assertClean(root: string, changing: readonly string[]): GitState {
  const state = gitState(root, changing)
  if (state !== 'dirty') return state
  throw new CliError(
    'GIT_DIRTY',
    'This folder has changes that are not committed. Commit or stash them first, so that you can look at what this command changes and take it back; or run it with --allow-dirty.',
  )
}

function noRepository(root: string): 'none' {
  for (let at = root; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) {
      throw new CliError(
        'GIT_UNREADABLE',
        `There is a repository at "${at}", and git does not tell what state it is in. See what \`git status\` says there; or run this with --allow-dirty.`,
      )
    }
    if (dirname(at) === at) return 'none'
  }
}

// A repository can name programs for git to run: one that watches its files, and hooks for each write
// of the index. To look at a folder must not run what it brings along, nor write anything.
const SAFE = ['--no-optional-locks', '-c', 'core.fsmonitor=false']

function git(cwd: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', [...SAFE, ...args], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 256 * 1024 * 1024,
    })
  } catch {
    return undefined
  }
}
