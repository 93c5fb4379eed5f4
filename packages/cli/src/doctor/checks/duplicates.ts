import type { Copy } from '../copies.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import type { PackageFile } from '../package-file.ts'
import { isOfPrisma } from '../prisma-dependency.ts'
import type { Subject } from '../subject.ts'

/** Two copies of a package that code of one package meets in one process. */
export function checkDuplicates(subject: Subject): readonly DoctorFinding[] {
  return subject.packages.flatMap((file) => duplicatesOf(file, subject))
}

function duplicatesOf(file: PackageFile, { copies, packages }: Subject): readonly DoctorFinding[] {
  if (copies === undefined) return []
  const findings: DoctorFinding[] = []
  for (const { name, line } of file.own) {
    if (!(name === 'pg' || (isOfPrisma(name) && name !== 'prisma'))) continue
    const own = copies.find(name, file.folder)
    if (own === undefined) continue
    const [other] = file.own.flatMap(({ name: user }): readonly [string, Copy][] => {
      const copy = copyOf(name, user)
      return copy === undefined || copy.place === own.place ? [] : [[user, copy]]
    })
    if (other === undefined) continue
    const [user, copy] = other
    findings.push(
      found(
        'DUPLICATE_PACKAGE',
        { path: file.path, line },
        {
          message: `There are two copies of \`${name}\`: ${versionAt(own)} for this package and ${versionAt(copy)} for \`${user}\`. What one makes is not known to the other.`,
          evidence: {
            package: name,
            version: own.version ?? 'unknown',
            place: own.place,
            user,
            otherVersion: copy.version ?? 'unknown',
            otherPlace: copy.place,
            source: copies.source,
          },
          change: `Give \`${name}\` a range here that the copy of \`${user}\` is in, such as \`^${copy.version ?? ''}\`, and deduplicate: \`npm dedupe\`, \`pnpm dedupe\` or \`yarn dedupe\`.`,
        },
      ),
    )
  }
  return findings

  /** The copy that a dependency gets, where what one of them makes is handed to the other. */
  function copyOf(name: string, user: string): Copy | undefined {
    const isWorkspace = packages.find((each) => each.package.name === user)
    if (isWorkspace !== undefined) {
      const needs = isWorkspace.own.some((dependency) => dependency.name === name)
      return needs && name !== 'pg' ? copies?.find(name, isWorkspace.folder) : undefined
    }
    // Other libraries may well have a driver of their own.
    if (name === 'pg' && user !== '@prisma/adapter-pg') return undefined
    const copy = copies?.find(user, file.folder)
    if (copy === undefined || copy.needs[name] === undefined) return undefined
    return copies?.find(name, copy.place)
  }
}

function versionAt({ version }: Copy): string {
  return version === undefined ? 'one of unknown version' : version
}
