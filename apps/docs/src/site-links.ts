import { posix } from 'node:path'
import type MarkdownIt from 'markdown-it'
import { GITHUB } from './pages.ts'

/**
 * Gives links their meaning on the site: what lies outside of `docs` is on GitHub, and the
 * `README.md` of a folder is its index. On GitHub they work as they are written.
 */
export function siteLinks(markdown: MarkdownIt): void {
  markdown.core.ruler.push('site-links', ({ tokens, env }) => {
    const page = pageOf(env)
    for (const link of tokens.flatMap(({ children }) => children ?? [])) {
      const href = link.type === 'link_open' ? link.attrGet('href') : null
      if (href !== null) link.attrSet('href', siteLink(page, href))
    }
  })
}

/** What a link of a page, which is given by its path from `docs`, is on the site. */
export function siteLink(page: string, href: string): string {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href
  const [path = '', anchor] = href.split('#', 2)
  const target = posix.join('docs', posix.dirname(page), path)
  const hash = anchor === undefined ? '' : `#${anchor}`
  const isPage = target.startsWith('docs/') && target.endsWith('.md')
  if (isPage) return path.replace(/(^|\/)README\.md$/, '$1index.md') + hash
  const kind = posix.extname(target) === '' ? 'tree' : 'blob'
  return `${GITHUB}/${kind}/main/${target}${hash}`
}

// VitePress says in the environment of markdown-it which page it renders.
function pageOf(env: unknown): string {
  const isKnown = typeof env === 'object' && env !== null && 'relativePath' in env
  return isKnown ? String(env.relativePath) : ''
}
