import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { GITHUB, REPOSITORY } from '../src/pages.ts'
import { parsePage, type ParsedPage } from '../src/parse-page.ts'
import { read } from './checked-pages.ts'

const ON_GITHUB = new RegExp(`^${GITHUB}/(?:blob|tree)/main/`)

/**
 * The links of a page that lead nowhere: to a file that is not there, or to a heading that is not.
 * Links to other hosts are not followed; those to this repository at GitHub are.
 *
 * @param path - Where the page is, from the root of the repository.
 */
export function brokenLinks(path: string, page: ParsedPage): string[] {
  const broken = page.links.filter(({ href }) => !leadsSomewhere(path, page, href))
  return broken.map(({ href, line }) => `${path}:${line} ${href}`)
}

function leadsSomewhere(path: string, page: ParsedPage, href: string): boolean {
  const local = ON_GITHUB.test(href) ? href.replace(ON_GITHUB, '/') : href
  if (/^[a-z]+:/.test(local)) return true
  const [file = '', anchor] = local.split('#', 2)
  if (file === '') return anchor !== undefined && page.anchors.has(anchor)

  const target = file.startsWith('/') ? file.slice(1) : posix.join(posix.dirname(path), file)
  if (!existsSync(join(REPOSITORY, target))) return false
  if (anchor === undefined) return true
  return target.endsWith('.md') && parsePage(read(target)).anchors.has(anchor)
}
