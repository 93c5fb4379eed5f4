import type { Resolved } from '../project/project.ts'

/** What tells one generated client of a repository from another. */
export function clientId(resolved: Resolved & { readonly kind: 'prisma-client' }): string {
  return resolved.generator?.output ?? '@prisma/client'
}
