import GithubSlugger from 'github-slugger'
import MarkdownIt, { type Token } from 'markdown-it'

/** A block of code, and what its info string says beside the language. */
export interface Fence {
  readonly language: string
  readonly marks: readonly string[]
  /** The line of its first line of code, counted from 1. */
  readonly line: number
  readonly code: string
}

/** Code within a paragraph or a cell. */
export interface InlineCode {
  readonly code: string
  readonly line: number
}

export interface Link {
  readonly href: string
  readonly line: number
}

/** What the checks, the navigation and `llms.txt` need to know of a page. */
export interface ParsedPage {
  readonly title: string
  /** The first paragraph, as Markdown on one line. */
  readonly summary: string
  /** The ids that GitHub and the site give to its headings. */
  readonly anchors: ReadonlySet<string>
  readonly headings: readonly string[]
  readonly links: readonly Link[]
  readonly fences: readonly Fence[]
  readonly inlineCodes: readonly InlineCode[]
}

/** Reads a page as GitHub does. */
export function parsePage(markdown: string): ParsedPage {
  const tokens = new MarkdownIt({ html: true }).parse(markdown, {})
  const slugger = new GithubSlugger()
  const headings = textAfter(tokens, 'heading_open')
  return {
    title: headings[0] ?? '',
    summary:
      tokens[tokens.findIndex(({ type }) => type === 'paragraph_open') + 1]?.content.replaceAll(
        '\n',
        ' ',
      ) ?? '',
    anchors: new Set(headings.map((heading) => slugger.slug(heading))),
    headings,
    links: tokens.flatMap(linksOf),
    fences: tokens.filter(({ type }) => type === 'fence').map(fenceOf),
    inlineCodes: tokens.flatMap(inlineCodesOf),
  }
}

function textAfter(tokens: readonly Token[], type: string): string[] {
  return tokens.flatMap((token, index) => (token.type === type ? textOf(tokens[index + 1]) : []))
}

function textOf(inline: Token | undefined): string {
  const parts = (inline?.children ?? []).filter(
    ({ type }) => type === 'text' || type === 'code_inline',
  )
  return parts.map(({ content }) => content).join('')
}

function linksOf({ children, map }: Token): Link[] {
  return (children ?? []).flatMap((child) => {
    const href = child.attrGet('href') ?? child.attrGet('src')
    return href === null ? [] : [{ href: decodeURI(href), line: (map?.[0] ?? 0) + 1 }]
  })
}

function inlineCodesOf({ children, map }: Token): InlineCode[] {
  const codes = (children ?? []).filter(({ type }) => type === 'code_inline')
  return codes.map(({ content }) => ({ code: content, line: (map?.[0] ?? 0) + 1 }))
}

function fenceOf({ info, map, content }: Token): Fence {
  const [language = '', ...marks] = info.trim().split(/\s+/)
  return { language, marks, line: (map?.[0] ?? 0) + 2, code: content }
}
