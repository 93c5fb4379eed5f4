import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runsWith } from './process-command.mjs'
import { guardOfFolder, isLingering, temporaryFolders } from './run-folder.mjs'

// It gives its server 10 seconds.
const GUARD_TIMEOUT_MS = 12_000
const QUIT_TIMEOUT_MS = 3_000
const KILL_TIMEOUT_MS = 2_000
const POLL_MS = 20

/**
 * Removes what is left of servers whose guard was killed, or that only linger: the server itself and
 * its folder.
 */
export async function removeLeftovers() {
  for (const { folder, guard } of leftovers()) {
    try {
      await end(guard.pid, guard.id, 'SIGTERM', GUARD_TIMEOUT_MS)
      await removeRun(folder)
    } catch {
      // Another start removes it right now, or the next one will: it is no reason for this start to fail.
    }
  }
}

/**
 * Ends the server of a folder, if it runs, and removes the folder.
 *
 * @param {string} folder
 */
export async function removeRun(folder) {
  const data = join(folder, 'data')
  const pid = serverOf(data)
  if (pid !== undefined) {
    await end(pid, data, 'SIGQUIT', QUIT_TIMEOUT_MS)
    await end(pid, data, 'SIGKILL', KILL_TIMEOUT_MS)
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}

function leftovers() {
  const folders = temporaryFolders().flatMap((base) =>
    namesIn(base).map((name) => join(base, name)),
  )
  return folders.filter(isOwnFolder).flatMap((folder) => {
    const guard = guardOfFolder(basename(folder))
    if (guard === undefined) return []
    return isLingering(folder) || !runsWith(guard.pid, guard.id) ? [{ folder, guard }] : []
  })
}

/** @param {string} folder */
function namesIn(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

// Anyone may put a folder with such a name where temporary files go.
/** @param {string} path */
function isOwnFolder(path) {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid)
}

/**
 * The process id that the server has left, which may be another process's by now.
 *
 * @param {string} data
 */
function serverOf(data) {
  try {
    return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
  } catch {
    return undefined
  }
}

/**
 * Ends a process whose command line contains a text, and waits a while for it.
 *
 * @param {number} pid
 * @param {string} text
 * @param {NodeJS.Signals} signal
 * @param {number} timeoutMs
 */
async function end(pid, text, signal, timeoutMs) {
  if (!runsWith(pid, text)) return
  process.kill(pid, signal)
  for (const last = Date.now() + timeoutMs; runsWith(pid, text) && Date.now() < last;) {
    await sleep(POLL_MS)
  }
}
