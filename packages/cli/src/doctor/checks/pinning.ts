import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import { printableRange } from '../prisma-dependency.ts'
import type { Subject } from '../subject.ts'
import { rangeAllows } from '../version-range.ts'

const LOCKFILE =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/
const TAG = /^[a-z][a-z0-9.-]*$/i

/** Packages of Prisma whose range takes 8, which has another client and another API. */
export function checkPinning({ prisma, files }: Subject): readonly DoctorFinding[] {
  return prisma.flatMap(({ name, range, line, major, file }) => {
    if (major !== undefined && major >= 8) return []
    const takesEight = rangeAllows(range, [8, 0, 0]) ?? TAG.test(range)
    if (!takesEight) return []
    const isLocked = isLockedIn(file.folder, files.config)
    const pin = `"${name}": "^${major ?? 7}"`
    return [
      found(
        'VERSION_UNPINNED',
        { path: file.path, line },
        {
          severity: isLocked ? 'info' : 'warning',
          message: `The range \`${printableRange(range)}\` of \`${name}\` takes Prisma 8, which replaces the client and its API${isLocked ? '; only the lockfile keeps it out.' : ', and there is no lockfile.'}`,
          evidence: { package: name, range: printableRange(range), hasLockfile: isLocked },
          change: `Write \`${pin}\`${isLocked ? '' : ', and commit a lockfile'}.`,
        },
      ),
    ]
  })
}

function isLockedIn(folder: string, paths: readonly string[]): boolean {
  return paths.some((path) => {
    const at = path.lastIndexOf('/')
    const above = at === -1 ? '' : path.slice(0, at)
    const isAbove = above === '' || folder === above || folder.startsWith(`${above}/`)
    return isAbove && LOCKFILE.test(path.slice(at + 1))
  })
}
