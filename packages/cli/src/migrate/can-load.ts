import { hasEnd, keepsRunning } from '@oneprisma/sites'
import type { Project } from '../project/project.ts'
import type { ScannedModule } from '../scan/scan.ts'
import { specifiersIn } from '../scan/specifiers.ts'

/** Modules that only the bundler of a framework has, or that throw outside of it. */
const OF_FRAMEWORKS =
  /^(?:server-only$|client-only$|\$(?:app|env|service-worker)(?:\/|$)|astro:|virtual:|#(?:imports|app|build|components)(?:\/|$)|cloudflare:)/

/**
 * Whether a file can import a shared module that is there: a script would start the server that the
 * module starts, and what no bundler has seen cannot load the modules of a framework.
 */
export function canLoad(
  { path, context }: ScannedModule,
  shared: ScannedModule,
  project: Project,
): boolean {
  if (hasEnd(context) && keepsRunning(shared.text)) return false
  if (project.runnerOf(path) === 'bundler') return true
  return !specifiersIn(shared.text).some((specifier) => OF_FRAMEWORKS.test(specifier))
}
