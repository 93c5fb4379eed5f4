import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { hasRoom, MEMORY_FOLDER } from './memory-folder.mjs'
import { StartFailure } from './start-failure.mjs'

/** @import { Account } from './account.mjs' */

const PREFIX = 'oneprisma-postgres'
const LINGERS = 'lingers'

/**
 * Makes the folder that holds one server: in memory, where there is room and nobody has named a
 * folder. Its name tells which guard it belongs to, from the moment that it exists, so that a later
 * start can tell a leftover from a folder in use.
 *
 * @param {string} id - A random name, which the guard's own command line carries as well.
 * @param {Account | undefined} account - Who must be able to reach it.
 * @param {{ mayBeInMemory: boolean }} options
 */
export function createRunFolder(id, account, { mayBeInMemory }) {
  const inMemory = mayBeInMemory && !isFolderNamed() && hasRoom() ? [MEMORY_FOLDER] : []
  const bases = [...inMemory, ...foldersOnDisk()]
  const base = bases.find((folder) => isUsable(folder, account))
  if (base === undefined) {
    throw new StartFailure(
      'POSTGRES_DID_NOT_START',
      `None of the folders for temporary files (${bases.join(', ')}) can be written${account ? ` and is open to the account ${account.name}` : ''}. Set TMPDIR to one that is.`,
    )
  }
  const folder = join(base, [PREFIX, machine(), process.pid, id].join('-'))
  mkdirSync(folder, { mode: 0o700 })
  // Another account passes through to what belongs to it, but cannot list.
  if (account !== undefined) chmodSync(folder, 0o711)
  return folder
}

/**
 * Says that the server of a folder runs on without its parent.
 *
 * @param {string} folder
 */
export function markLingering(folder) {
  writeFileSync(join(folder, LINGERS), '')
}

/**
 * Whether the server of a folder runs on without its parent.
 *
 * @param {string} folder
 */
export function isLingering(folder) {
  return existsSync(join(folder, LINGERS))
}

/**
 * Reads the guard out of the name of a folder: `undefined` where it is none of ours, or of another
 * machine or container that shares the disk and whose processes cannot be seen from here.
 *
 * @param {string} name
 * @returns {{ pid: number, id: string } | undefined}
 */
export function guardOfFolder(name) {
  const parts = new RegExp(`^${PREFIX}-${machine()}-(\\d+)-([0-9a-f]+)$`).exec(name)
  return parts?.[1] && parts[2] ? { pid: Number(parts[1]), id: parts[2] } : undefined
}

/** All folders in which the folder of a server may lie. */
export function temporaryFolders() {
  return [...foldersOnDisk(), MEMORY_FOLDER]
}

/** In the order of preference. */
function foldersOnDisk() {
  const others = process.platform === 'win32' ? [] : ['/tmp', '/var/tmp']
  return [...new Set([tmpdir(), ...others])]
}

/** Whether somebody has chosen where temporary files go, by what `os.tmpdir` reads. */
function isFolderNamed() {
  return ['TMPDIR', 'TMP', 'TEMP'].some((name) => process.env[name])
}

/** Identifies the set of processes that can be seen from here. */
function machine() {
  return createHash('sha256').update(`${hostname()} ${processSpace()}`).digest('hex').slice(0, 8)
}

function processSpace() {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    // Not every system has containers that share a disk but not their processes.
    return ''
  }
}

/**
 * @param {string} folder
 * @param {Account | undefined} account
 */
function isUsable(folder, account) {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return account === undefined || isOpenTo(realpathSync(folder), account)
  } catch {
    return false
  }
}

/**
 * Whether an account may pass through a folder and all that it lies in.
 *
 * @param {string} folder
 * @param {Account} account
 * @returns {boolean}
 */
function isOpenTo(folder, account) {
  const { mode, uid, gid } = statSync(folder)
  const needed = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
  if ((mode & needed) === 0) return false
  return folder === dirname(folder) || isOpenTo(dirname(folder), account)
}
