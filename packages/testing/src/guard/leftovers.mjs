import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runsWith } from './process-command.mjs'
import { guardOfFolder, temporaryFolders } from './run-folder.mjs'

const QUIT_TIMEOUT_MS = 3_000
const KILL_TIMEOUT_MS = 2_000
const POLL_MS = 20

/** Removes what is left of servers whose guard was killed: the server itself and its folder. */
export async function removeLeftovers() {
  for (const folder of leftovers()) {
    try {
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
    await endServer(pid, data, 'SIGQUIT', QUIT_TIMEOUT_MS)
    await endServer(pid, data, 'SIGKILL', KILL_TIMEOUT_MS)
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}

function leftovers() {
  return temporaryFolders().flatMap((base) =>
    namesIn(base)
      .filter((name) => {
        const guard = guardOfFolder(name)
        return guard !== undefined && !runsWith(guard.pid, guard.id)
      })
      .map((name) => join(base, name))
      .filter(isOwnFolder),
  )
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
 * @param {number} pid
 * @param {string} data
 * @param {NodeJS.Signals} signal
 * @param {number} timeoutMs
 */
async function endServer(pid, data, signal, timeoutMs) {
  if (!runsWith(pid, data)) return
  process.kill(pid, signal)
  for (const end = Date.now() + timeoutMs; runsWith(pid, data) && Date.now() < end;) {
    await sleep(POLL_MS)
  }
}
