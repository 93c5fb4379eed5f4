import type { Package } from '../project/project.ts'

/** The release of `@oneprisma/client` that this release writes code for: both have one version. */
export const CLIENT_RANGE = '^0.1.0'

/** Ranges for what a shared module imports, as package.json has them or is to have them. */
export function rangesOf(
  { dependencies, prismaMajor = 7 }: Package,
  names: readonly string[],
): Record<string, string> {
  const prisma = dependencies['@prisma/client'] ?? dependencies['prisma'] ?? `^${prismaMajor}.0.0`
  return Object.fromEntries(
    names.map((name) => [
      name,
      dependencies[name] ?? (name === '@oneprisma/client' ? CLIENT_RANGE : prisma),
    ]),
  )
}
