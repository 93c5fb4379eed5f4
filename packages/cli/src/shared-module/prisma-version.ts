import type { Package } from '../project/project.ts'

/** What is said of a package whose Prisma is too old. */
export const TOO_OLD = [
  'PRISMA_TOO_OLD',
  '@oneprisma/client needs Prisma 6.16 or later: upgrade first.',
] as const

/** Whether the range of a package takes a Prisma that `@oneprisma/client` does not work with. */
export function isTooOld({ dependencies, prismaMajor }: Package): boolean {
  const range = dependencies['@prisma/client'] ?? dependencies['prisma']
  const [, major, minor] = /(\d+)(?:\.(\d+))?/.exec(range ?? '') ?? []
  if (prismaMajor !== undefined && prismaMajor !== 6) return prismaMajor < 6
  if (major === undefined) return false
  return Number(major) < 6 || (Number(major) === 6 && minor !== undefined && Number(minor) < 16)
}
