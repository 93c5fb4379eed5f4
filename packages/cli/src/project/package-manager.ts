import { stringOf } from './json.ts'
import type { Manifest } from './manifests.ts'
import type { Project } from './project.ts'
import type { Repository } from './repository.ts'

type PackageManager = Project['packageManager']

const FILES: readonly (readonly [string, PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['pnpm-workspace.yaml', 'pnpm'],
]

/** The package manager that the root names, or whose files lie there. */
export function packageManagerOf(repository: Repository, root: Manifest): PackageManager {
  const [named] = (stringOf(root.json['packageManager']) ?? '').split('@')
  if (named === 'npm' || named === 'pnpm' || named === 'yarn' || named === 'bun') return named
  return FILES.find(([path]) => repository.paths.has(path))?.[1] ?? 'npm'
}
