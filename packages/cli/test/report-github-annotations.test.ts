import { describe, expect, it } from 'vitest'
import { toGitHubAnnotations } from '../src/report/github-annotations.ts'
import { REASONS } from '../src/report/reasons.ts'
import { inventoryOf, siteAt } from './report-findings.ts'

const { sentence, remedy, title } = REASONS.MODULE_CLIENT

describe('toGitHubAnnotations', () => {
  it('shows a site to rewrite as an error at its place', () => {
    expect(toGitHubAnnotations(inventoryOf([siteAt('lib/a.ts', 3)]))).toBe(
      `::error file=lib/a.ts,line=3,col=16,title=${title}::${sentence} ${remedy}\n`,
    )
  })

  it('shows a site to review as a warning, and none to keep', () => {
    const annotations = toGitHubAnnotations(
      inventoryOf([
        siteAt('a.ts', 1, { decision: 'review' }),
        siteAt('b.ts', 1, { decision: 'keep' }),
      ]),
    )

    expect(annotations).toMatch(/^::warning file=a\.ts,[^\n]*\n$/)
  })

  it('escapes what would end a property or a command', () => {
    const annotations = toGitHubAnnotations(
      inventoryOf([], {
        notes: [
          {
            code: 'MOCKED_MODULE',
            path: 'a,b:c%2C\n.ts',
            line: 1,
            column: 2,
            message: '100%: a,\r\n::error::b',
          },
        ],
      }),
    )

    expect(annotations).toBe(
      '::warning file=a%2Cb%3Ac%252C%0A.ts,line=1,col=2,title=A mock of @prisma/client::100%25: a,%0D%0A::error::b\n',
    )
  })

  it('escapes a title', () => {
    const site = siteAt('a.ts', 1, { decision: 'review', reason: 'CONDITIONAL_CLIENT' })

    expect(toGitHubAnnotations(inventoryOf([site]))).toContain(
      ',title=One of several clients%2C by a condition::',
    )
  })

  it('shows what is wrong with the files of the check as an error', () => {
    const note = {
      code: 'INVENTORY_STALE' as const,
      path: 'docs/a.md',
      line: 1,
      column: 1,
      message: 'Stale.',
    }

    expect(toGitHubAnnotations(inventoryOf([], { notes: [note] }))).toMatch(
      /^::error file=docs\/a\.md,/,
    )
  })

  it('shows files that could not be read as warnings', () => {
    const unparsed = [{ path: 'b.ts', line: 4, message: 'Unexpected token' }]

    expect(toGitHubAnnotations(inventoryOf([], { unparsed }))).toBe(
      '::warning file=b.ts,line=4,col=1,title=A file that was not searched::Unexpected token\n',
    )
  })

  it('is empty where there is nothing to show', () => {
    expect(toGitHubAnnotations(inventoryOf([]))).toBe('')
  })
})
