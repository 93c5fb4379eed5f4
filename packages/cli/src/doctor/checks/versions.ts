import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import { printableRange, type PrismaDependency } from '../prisma-dependency.ts'
import type { Subject } from '../subject.ts'
import { compareVersions, formatVersion, isRangeBelow, type Version } from '../version-range.ts'

const OLDEST: Version = [6, 16, 0]

/** Prisma older than what can be shared, and packages of Prisma whose majors differ. */
export function checkVersions({ packages, prisma }: Subject): readonly DoctorFinding[] {
  return packages.flatMap(({ folder }) => {
    const own = prisma.filter(({ file }) => file.folder === folder)
    return [...findTooOld(own), ...findOtherMajors(own, prisma)]
  })
}

function findTooOld(own: readonly PrismaDependency[]): readonly DoctorFinding[] {
  const client = own.find(({ name }) => name === '@prisma/client')
  if (client === undefined) return []
  const { name, range, version, file } = client
  const isOld =
    version === undefined
      ? isRangeBelow(range, OLDEST) === true
      : compareVersions(version, OLDEST) < 0
  if (!isOld) return []
  const is = saidVersion(client)
  const isShared = file.package.dependencies['@oneprisma/client'] !== undefined
  return [
    found('PRISMA_TOO_OLD', placeOf(client), {
      severity: isShared ? 'error' : 'warning',
      message: `\`${name}\` is ${is}; \`@oneprisma/client\` shares clients from 6.16 on.`,
      evidence: { package: name, version: is, oldest: '6.16.0' },
      change: `Move \`prisma\` and \`${name}\` to the last 6 (\`npm install prisma@6 ${name}@6\`), then to 7.`,
    }),
  ]
}

/** The command line of Prisma may stand in the root of a workspace alone. */
function findOtherMajors(
  own: readonly PrismaDependency[],
  all: readonly PrismaDependency[],
): readonly DoctorFinding[] {
  const client = own.find(({ name }) => name === '@prisma/client')
  if (client?.major === undefined) return []
  const ofRoot = all.filter(({ file, name }) => file.folder === '' && name === 'prisma')
  const others = own.some(({ name }) => name === 'prisma') ? own : [...own, ...ofRoot]
  return others
    .filter(({ major }) => major !== undefined && major !== client.major)
    .map((other) =>
      found('MAJORS_DIFFER', placeOf(other), {
        message: `\`${other.name}\` is ${saidVersion(other)} and \`@prisma/client\` is ${saidVersion(client)}: they only work together in one major.`,
        evidence: {
          package: other.name,
          version: saidVersion(other),
          client: saidVersion(client),
        },
        change: `Give both the same major in package.json, such as \`"${other.name}": "^${client.major}"\`, install, and run \`prisma generate\`.`,
      }),
    )
}

function saidVersion({ version, range }: PrismaDependency): string {
  return version === undefined ? printableRange(range) : formatVersion(version)
}

function placeOf({ file, line }: PrismaDependency): { path: string; line: number } {
  return { path: file.path, line }
}
