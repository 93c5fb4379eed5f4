import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Builds the package into a folder of its own. */
export function buildInto(folder: string): void {
  const script = fileURLToPath(new URL('../scripts/build.mjs', import.meta.url))
  execFileSync(process.execPath, [script, folder], { stdio: 'pipe' })
}
