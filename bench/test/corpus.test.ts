import { describe, expect, it } from 'vitest'
import { changedLines, judge, type Labels, type Site } from '../src/corpus/judge.ts'

const labels: Labels = {
  repo: 'acme/shop',
  sites: [
    { path: 'a.ts', line: 3, column: 16, kind: 'new', expectedAction: 'rewrite' },
    {
      path: 'b.ts',
      line: 5,
      column: 1,
      kind: 'new',
      expectedAction: 'review',
      acceptable: ['review', 'keep'],
    },
    { path: 'c.ts', line: 9, kind: 'comment', expectedAction: 'keep' },
  ],
  nonSites: [{ path: 'types.ts' }],
}
const right: readonly Site[] = [
  { path: 'a.ts', line: 3, column: 16, kind: 'new', decision: 'rewrite' },
  { path: 'b.ts', line: 5, column: 1, kind: 'new', decision: 'keep' },
]

describe('judge', () => {
  it('finds nothing to blame where all is found and acceptable', () => {
    expect(judge(labels, right)).toEqual({ labelled: 2, missed: 0, wrong: 0, madeUp: 0 })
  })

  it('counts a site that is not found, or found elsewhere', () => {
    const elsewhere = right.map((site) => ({ ...site, column: site.column + 1 }))

    expect(judge(labels, elsewhere).missed).toBe(2)
  })

  it('counts a decision that is not acceptable', () => {
    const kept = right.map((site) => ({ ...site, decision: 'keep' as const }))

    expect(judge(labels, kept).wrong).toBe(1)
  })

  it('counts what is found in a comment or where no site is', () => {
    const site = { line: 9, column: 4, kind: 'new', decision: 'keep' } as const
    const sites = [...right, { ...site, path: 'c.ts' }, { ...site, path: 'types.ts' }]

    expect(judge(labels, sites).madeUp).toBe(2)
  })
})

describe('changedLines', () => {
  it('counts a line that is replaced once, and one that goes or comes once', () => {
    expect(changedLines('a\nb\nc\n', 'A\nc\nd\n')).toBe(3)
  })

  it('counts nothing in the same text', () => {
    expect(changedLines('a\n', 'a\n')).toBe(0)
  })
})
