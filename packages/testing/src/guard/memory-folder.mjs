import { readFileSync, statfsSync } from 'node:fs'

/** Where Linux keeps files in memory; elsewhere there is no such folder. */
export const MEMORY_FOLDER = '/dev/shm'

// In magic(2) of Linux: TMPFS_MAGIC.
const TMPFS = 0x01021994
// A new server takes 60 MB, its log of changes up to 1 GB.
const ROOM_BYTES = 2 * 2 ** 30
// A folder takes from the same memory as the programs.
const MEMORY_BYTES = 2 * ROOM_BYTES

/**
 * Whether the folder in memory has room for a server whose data nobody needs once it has ended: a
 * container often has 64 MB there.
 *
 * @param {{ folder?: string, memoryBytes?: number }} [machine]
 */
export function hasRoom({ folder = MEMORY_FOLDER, memoryBytes = process.availableMemory() } = {}) {
  if (memoryBytes < MEMORY_BYTES) return false
  try {
    const { type, bavail, bsize } = statfsSync(folder)
    return type === TMPFS && bavail * bsize >= ROOM_BYTES
  } catch {
    return false
  }
}

/**
 * Whether programs may be run out of the folder in memory: in a container often not.
 *
 * @param {string} [mounts] - What Linux tells of its file systems.
 */
export function runsPrograms(mounts = mountsOfLinux()) {
  const lines = mounts.split('\n').map((line) => line.split(' '))
  const [, , , options] = lines.findLast(([, folder]) => folder === MEMORY_FOLDER) ?? []
  return options !== undefined && !options.split(',').includes('noexec')
}

function mountsOfLinux() {
  try {
    return readFileSync('/proc/self/mounts', 'utf8')
  } catch {
    return ''
  }
}
