import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE = join(import.meta.dirname, '..')
const SOURCES = [
  join(PACKAGE, 'src'),
  join(PACKAGE, '../sites/src'),
  join(PACKAGE, '../client/src'),
]
const BUNDLE = join(PACKAGE, 'dist/cli.js')

/** Builds the command where it is older than what it is built from. */
export default function buildWhenStale(): void {
  const newest = Math.max(...SOURCES.flatMap((folder) => filesIn(folder)).map(changedAtMs))
  if (existsSync(BUNDLE) && changedAtMs(BUNDLE) > newest) return
  execFileSync(process.execPath, [join(PACKAGE, 'scripts/build.mjs')], { stdio: 'inherit' })
}

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}

function changedAtMs(file: string): number {
  return statSync(file).mtimeMs
}
