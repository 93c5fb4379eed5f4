import { lstatSync, realpathSync, type Stats } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'

/**
 * Says why a file below a root must not be written, or returns `undefined`. A path may not lead out
 * of the root, neither by `..` nor by a folder that is a link; and what git and package managers
 * keep is theirs.
 */
export function refusePlace(root: string, path: string): string | undefined {
  if (path === '' || isAbsolute(path) || leadsOut(root, resolve(root, path))) {
    return 'it leads out of the root'
  }
  if (path.split(/[/\\]/).some((part) => /^(?:\.git|node_modules)$/i.test(part))) {
    return 'what lies in .git and node_modules is not written'
  }
  const file = join(root, path)
  if (leadsOutByLink(root, existingFolder(dirname(file)))) {
    return 'one of its folders is a link that leads out of the root'
  }
  const entry = entryAt(file)
  if (entry?.isSymbolicLink()) return 'it is a symbolic link'
  return entry === undefined || entry.isFile() ? undefined : NO_FILE
}

/** Why a folder is not written to as a file. */
export const NO_FILE = 'it is no file'

/** The nearest folder, upwards, that is there. */
export function existingFolder(folder: string): string {
  let at = folder
  while (entryAt(at) === undefined && dirname(at) !== at) at = dirname(at)
  return at
}

/** What is at a path, links not followed; `undefined` where nothing is. */
export function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    // Below a file there is nothing either.
    return undefined
  }
}

function leadsOutByLink(root: string, folder: string): boolean {
  try {
    return leadsOut(realpathSync(root), realpathSync(folder))
  } catch {
    // A link to nothing leads nowhere that could be looked at.
    return true
  }
}

function leadsOut(root: string, path: string): boolean {
  const way = relative(root, path)
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
}
