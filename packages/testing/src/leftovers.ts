import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** How the folders of embedded servers begin; the process id of the one who made it follows. */
export const FOLDER_PREFIX = 'oneprisma-postgres-'

/**
 * Removes what servers left behind whose guard was killed too: their folder, and the server itself
 * where it still runs. A folder belongs to a guard for as long as a process names it.
 */
export function removeLeftovers(): void {
  const base = temporaryFolder()
  for (const name of readdirSync(base)) {
    if (!name.startsWith(FOLDER_PREFIX)) continue
    const folder = join(base, name)
    try {
      removeIfLeft(folder)
    } catch {
      // It belongs to another user, or to another process that removes it right now.
    }
  }
}

/** The folder for temporary files that an unprivileged user can reach as well. */
export function temporaryFolder(): string {
  const candidates = [tmpdir(), '/tmp', '/var/tmp']
  return candidates.find((folder) => existsSync(folder) && isTraversable(folder)) ?? tmpdir()
}

function isTraversable(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return process.getuid?.() !== 0
    if (path === dirname(path)) return true
  }
}

function removeIfLeft(folder: string): void {
  const owner = Number(readFileSync(join(folder, 'owner'), 'utf8'))
  if (commandOf(owner) !== undefined) return

  const pidFile = join(folder, 'data', 'postmaster.pid')
  const server = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[0]) : 0
  // The id may belong to another process by now; ours names its data folder.
  if (server > 0 && commandOf(server)?.includes(folder)) process.kill(server, 'SIGQUIT')
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}

/** The command line of a process, or `undefined` where there is no such process. */
function commandOf(pid: number): string | undefined {
  if (existsSync('/proc/self/cmdline')) {
    const file = `/proc/${pid}/cmdline`
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined
  }
  const found = spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' })
  return found.status === 0 ? found.stdout : undefined
}
