import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const source = join(import.meta.dirname, '../help-desk')
const MADE = new Set(['.next', 'generated', 'node_modules', 'next-env.d.ts', '.git'])

/** Copies the help desk, without what is made of it, into an empty folder with a history of its own. */
export function copyHelpDesk(folder: string): void {
  for (const path of [folder, historyOf(folder)]) {
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  mkdirSync(dirname(folder), { recursive: true })
  cpSync(source, folder, { recursive: true, filter: (path) => !MADE.has(basename(path)) })
  git(folder, 'init', '--quiet')
  git(folder, 'add', '--all')
  git(folder, 'commit', '--quiet', '--message', 'The help desk as it was')
}

/** What has changed in a copy since it was made, as a unified diff. */
export function diffOf(folder: string): string {
  git(folder, 'add', '--all', '--intent-to-add')
  return git(folder, 'diff', '--no-color', '--no-ext-diff')
}

/**
 * The variables by which git finds the history of a copy. It lies beside the copy: Next.js looks for
 * packages no further up than the folder of a repository, and these are further up.
 */
export function gitVariables(folder: string): Readonly<Record<string, string>> {
  return { GIT_DIR: historyOf(folder), GIT_WORK_TREE: folder }
}

function historyOf(folder: string): string {
  return `${folder}.git`
}

// By settings of its own: neither the author nor a hook of this machine has a say in a copy.
function git(folder: string, ...args: readonly string[]): string {
  const settings = {
    'user.name': 'Help desk',
    'user.email': 'help-desk@example.com',
    'commit.gpgsign': 'false',
    'core.hooksPath': '',
    'core.autocrlf': 'false',
  }
  const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const { error, status, stdout, stderr } = spawnSync('git', [...given, ...args], {
    cwd: folder,
    env: { ...process.env, ...gitVariables(folder) },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 30_000,
  })
  if (error !== undefined) {
    throw new Error('git did not run, and the demonstration needs it.', { cause: error })
  }
  if (status !== 0) throw new Error(`git ${args[0]} failed in ${folder}:\n${stderr}`)
  return stdout
}
