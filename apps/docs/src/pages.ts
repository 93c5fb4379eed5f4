import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of the repository. */
export const REPOSITORY: string = join(import.meta.dirname, '../../..')

/** The folder of the pages: what GitHub shows and what the site is built from. */
export const DOCS: string = join(REPOSITORY, 'docs')

/** Where the root of the repository is to be read. */
export const GITHUB = 'https://github.com/oneprisma/oneprisma'

/** The pages under a folder of `docs`, as paths from `docs`, sorted; without those that are generated. */
export function listPages(folder = ''): string[] {
  return readdirSync(join(DOCS, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.md') && !path.startsWith('generated/'))
    .toSorted()
}

/** The text of a page, by its path from `docs`. */
export function readPage(path: string): string {
  return readFileSync(join(DOCS, path), 'utf8')
}
