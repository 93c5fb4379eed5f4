import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { navigation, type NavigationItem } from './navigation.ts'
import { parsePage } from './parse-page.ts'
import { GITHUB, readPage } from './pages.ts'
import { siteLink } from './site-links.ts'

/**
 * Writes what programs read in place of the site: `llms.txt`, a list of all pages with their first
 * paragraphs, `llms-full.txt`, all pages in one, and each page as Markdown beside its HTML.
 *
 * @param apiPages - The pages of the API, by their paths on the site.
 */
export function writeLlms(outDir: string, apiPages: ReadonlyMap<string, string>): void {
  const index = readPage('index.md')
  const { title, summary } = parsePage(index)
  const sections = navigation().map((group) => `## ${group.text}\n\n${lines(group).join('\n')}`)
  const api = [...apiPages].map(([path, text]) => `- [${parsePage(text).title}](/${path})`)
  const list = [`# ${title}`, `> ${summary}`, ...sections, `## API\n\n${api.join('\n')}`]
  const pages = navigation().flatMap(pagesOf)
  const texts = new Map([...pages.map((page) => [page, textOf(page)] as const), ...apiPages])

  writeFileSync(join(outDir, 'llms.txt'), `${list.join('\n\n')}\n`)
  const whole = [...texts].map(([path, text]) => `<!-- /${path} -->\n\n${text.trim()}\n`)
  writeFileSync(join(outDir, 'llms-full.txt'), [index, ...whole].join('\n'))
  for (const [path, text] of texts) {
    mkdirSync(join(outDir, path, '..'), { recursive: true })
    writeFileSync(join(outDir, path), text)
  }
}

// What lies outside of `docs` is not beside the page here.
function textOf(page: string): string {
  return readPage(page).replaceAll(/\]\(([^)\s]+)\)/g, (link, href: string) => {
    const onSite = siteLink(page, href)
    return onSite.startsWith(GITHUB) ? `](${onSite})` : link
  })
}

function lines(item: NavigationItem): string[] {
  const own =
    item.page === undefined ? [] : [`- [${item.text}](/${item.page})${tellSummary(item.page)}`]
  return [...own, ...(item.items ?? []).flatMap(lines)]
}

function tellSummary(page: string): string {
  const { summary } = parsePage(readPage(page))
  return summary === '' ? '' : `: ${withoutLinks(summary)}`
}

// A link of a page is relative to it, and would lead elsewhere from a list at the root.
function withoutLinks(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
}

function pagesOf(item: NavigationItem): string[] {
  return [...(item.page === undefined ? [] : [item.page]), ...(item.items ?? []).flatMap(pagesOf)]
}
