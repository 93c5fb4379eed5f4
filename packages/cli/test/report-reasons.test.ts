import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { REASONS, reasonOf, reasonUrl } from '../src/report/reasons.ts'

const page = readFileSync(new URL('../../../docs/reasons.md', import.meta.url), 'utf8')
const sections = page.split(/^### /m).slice(1)

describe('REASONS', () => {
  it('have a heading each in docs/reasons.md, and no heading is without a code', () => {
    const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading)

    expect(headings.toSorted()).toEqual(Object.keys(REASONS).toSorted())
  })

  it('have an example each in docs/reasons.md', () => {
    const without = sections.filter((section) => !section.includes('\n```'))

    expect(without).toEqual([])
  })

  it.each(Object.entries(REASONS))(
    '%s says in full sentences what happens and what to do',
    (_, reason) => {
      expect(reason.sentence).toMatch(/^[A-Z`].*\.$/)
      expect(reason.remedy).toMatch(/^[A-Z].*\.$/)
      expect(reason.title).toMatch(/^[A-Z].*[^.]$/)
    },
  )
})

describe('reasonOf', () => {
  it('says of a code that it does not know that it does not', () => {
    expect(reasonOf('toString').sentence).toContain('no explanation of toString')
  })
})

describe('reasonUrl', () => {
  it('leads to the heading of the code', () => {
    expect(reasonUrl('MODULE_CLIENT')).toMatch(/^https:\/\/.*\/docs\/reasons\.md#module_client$/)
  })
})
