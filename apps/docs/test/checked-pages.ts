import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listPages, REPOSITORY } from '../src/pages.ts'
import { parsePage, type ParsedPage } from '../src/parse-page.ts'

// What npm and GitHub show first.
const READMES = [
  'README.md',
  'packages/cli/README.md',
  'packages/client/README.md',
  'packages/eslint-plugin/README.md',
  'packages/testing/README.md',
]

/** Every page that is checked, by its path in the repository. */
export function checkedPages(): ReadonlyMap<string, ParsedPage> {
  const paths = [...READMES, ...listPages().map((page) => `docs/${page}`)]
  return new Map(paths.map((path) => [path, parsePage(read(path))]))
}

/** A file of the repository. */
export function read(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8')
}
