import type { Generator, Package, Project } from '../project/project.ts'

/** The generator whose client a package shares: that of its own schema, or else the nearest above it. */
export function generatorOf(project: Project, { folder }: Package): Generator | undefined {
  const own = project.generators.filter(
    ({ schemaPath }) => project.packageOf(schemaPath).folder === folder,
  )
  const root = project.generators.filter(
    ({ schemaPath }) => project.packageOf(schemaPath).folder === '',
  )
  return own[0] ?? root[0] ?? project.generators[0]
}
