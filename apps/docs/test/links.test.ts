import { describe, expect, it } from 'vitest'
import { parsePage } from '../src/parse-page.ts'
import { brokenLinks } from './broken-links.ts'
import { checkedPages } from './checked-pages.ts'

describe('the links of the documentation', () => {
  it('lead to files and headings that are there', () => {
    const pages = checkedPages()
    const broken = [...pages].flatMap(([path, page]) => brokenLinks(path, page))

    expect([...pages.values()].flatMap(({ links }) => links).length).toBeGreaterThan(200)
    expect(broken).toEqual([])
  })

  it('give every page one title', () => {
    const untitled = [...checkedPages()].filter(([, { title }]) => title === '')

    expect(untitled).toEqual([])
  })
})

describe('brokenLinks', () => {
  it.each([
    ['a file that is not there', '[a](no-such-page.md)', 'no-such-page.md'],
    ['a heading of another page that is not there', '[a](errors.md#no_such)', 'errors.md#no_such'],
    ['a heading of its own that is not there', '# A\n\n[a](#b)', '#b'],
    ['a file outside of docs', '[a](../packages/none)', '../packages/none'],
    [
      'a page at GitHub',
      '[a](https://github.com/oneprisma/oneprisma/blob/main/docs/none.md)',
      'https://github.com/oneprisma/oneprisma/blob/main/docs/none.md',
    ],
    ['an image', '![a](none.png)', 'none.png'],
  ])('finds %s', (_, markdown, href) => {
    const found = brokenLinks('docs/page.md', parsePage(markdown))

    expect(found).toEqual([expect.stringContaining(` ${href}`)])
  })

  it.each([
    ['a page', '[a](errors.md)'],
    ['a heading', '[a](errors.md#drained)'],
    ['a heading of its own, the second of its name', '# A\n\n## B\n\n## B\n\n[a](#b-1)'],
    ['a folder outside of docs', '[a](../packages/client)'],
    ['another host', '[a](https://example.org/none)'],
    ['an example', '`[a](none.md)`\n\n```md\n[a](none.md)\n```'],
  ])('takes %s', (_, markdown) => {
    expect(brokenLinks('docs/page.md', parsePage(markdown))).toEqual([])
  })
})
