import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { slug } from 'github-slugger'
import { defineConfig, type DefaultTheme } from 'vitepress'
import { writeLlms } from '../src/llms.ts'
import { navigation, type NavigationItem } from '../src/navigation.ts'
import { DOCS, GITHUB } from '../src/pages.ts'
import { siteLinks } from '../src/site-links.ts'
import { START } from '../src/start-page.ts'

const API = join(DOCS, 'generated/api')
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="none" stroke="#0d9488" stroke-width="4"/></svg>',
)}`
const DESCRIPTION = 'One PrismaClient per process, wherever the code runs.'

export default defineConfig({
  title: 'oneprisma',
  description: DESCRIPTION,
  lang: 'en',
  srcDir: DOCS,
  outDir: 'dist',
  cacheDir: '.vitepress/cache',
  cleanUrls: true,
  head: [['link', { rel: 'icon', href: ICON }]],
  // The index of the search, which is loaded with the first search.
  vite: { build: { chunkSizeWarningLimit: 2_000 } },
  rewrites: { 'decisions/README.md': 'decisions/index.md', 'generated/api/:page': 'api/:page' },
  markdown: {
    anchor: { slugify: slug },
    config: (markdown) => {
      markdown.use(siteLinks)
    },
  },
  transformPageData: ({ relativePath, frontmatter }) => {
    if (relativePath === 'index.md') return { frontmatter: { ...frontmatter, ...START } }
    // Those are written from the sources.
    return relativePath.startsWith('api/') ? { frontmatter: { editLink: false } } : undefined
  },
  buildEnd: ({ outDir }) => {
    writeLlms(
      outDir,
      new Map(apiPages().map((page) => [`api/${page}`, readFileSync(join(API, page), 'utf8')])),
    )
  },
  themeConfig: {
    nav: [
      { text: 'Get started', link: '/getting-started' },
      { text: 'CLI', link: '/cli' },
      { text: 'API', link: '/api/' },
      { text: 'Decisions', link: '/decisions/' },
      { text: 'Evidence', link: '/evidence' },
    ],
    sidebar: [...navigation().map((item) => sidebarItem(item)), apiSidebar()],
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: GITHUB }],
    editLink: { pattern: `${GITHUB}/edit/main/docs/:path`, text: 'Edit this page' },
  },
})

function sidebarItem({ text, page, items }: NavigationItem): DefaultTheme.SidebarItem {
  const link = page === undefined ? {} : { link: `/${page.replace(/(README)?\.md$/, '')}` }
  if (items === undefined) return { text, ...link }
  return { text, ...link, items: items.map(sidebarItem), collapsed: text !== 'Begin' }
}

function apiSidebar(): DefaultTheme.SidebarItem {
  const pages = new Set(['core.md', ...apiPages()])
  pages.delete('index.md')
  const items = [...pages].map((page) => ({
    text: basename(page, '.md'),
    link: `/api/${basename(page, '.md')}`,
  }))
  return { text: 'API', items, collapsed: true }
}

function apiPages(): string[] {
  return readdirSync(API)
    .filter((page) => page.endsWith('.md'))
    .toSorted()
}
