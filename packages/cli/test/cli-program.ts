import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { plant, type Tree } from './project-fixture.ts'

export const BIN: string = join(import.meta.dirname, '../bin/oneprisma.mjs')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
}

/** The environment of the command: nothing of whoever runs the tests but where programs are. */
export const ENV: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '/',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
}

/** Runs the built command in a folder, without a terminal. */
export function oneprisma(
  cwd: string,
  args: readonly string[],
  { env = {} }: RunOptions = {},
): Ended {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [BIN, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...ENV, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  })
  if (error !== undefined) throw error
  return { code: status, stdout, stderr }
}

/** A folder with these files, all of them committed. */
export function repository(tree: Tree): string {
  const root = plant(tree)
  git(root, 'init', '--quiet')
  commit(root)
  return root
}

export function commit(root: string): void {
  git(root, 'add', '--all')
  git(root, 'commit', '--quiet', '--allow-empty', '--message', 'All of it')
}

export function git(root: string, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
  const { status, stdout, stderr } = spawnSync('git', [...who, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: ENV,
  })
  if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}

/** All that is below a folder, history and empty folders included: kind, mode and content of each. */
export function treeOf(root: string): Readonly<Record<string, string>> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted()
  return Object.fromEntries(paths.map((path) => [path, describe(join(root, path))]))
}

function describe(file: string): string {
  const entry = lstatSync(file)
  if (entry.isSymbolicLink()) return `link to ${readlinkSync(file)}`
  const mode = entry.mode.toString(8)
  if (!entry.isFile()) return mode
  return `${mode} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`
}
