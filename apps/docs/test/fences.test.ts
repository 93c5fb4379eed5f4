import { describe, expect, it } from 'vitest'
import { parsePage } from '../src/parse-page.ts'
import { checkedPages } from './checked-pages.ts'
import { programsOf, typeCheck } from './type-check-fences.ts'

const PLANTED = `# Page

\`\`\`ts
import { drain } from '@oneprisma/client'
import { prisma } from '@/lib/prisma'

await drain(prisma, { timeoutMs: '5s' })
await prisma.user.findMany({ where: { nickname: 'ada' } })
\`\`\`

\`\`\`ts fragment
this is no program
\`\`\`
`

describe('the code of the documentation', () => {
  // One run of the compiler for both: what is planted proves that it sees the packages and the client.
  const errors = typeCheck(new Map([...checkedPages(), ['planted.md', parsePage(PLANTED)]]))

  it('type-checks against the packages', () => {
    expect(errors.filter((error) => !error.startsWith('planted.md'))).toEqual([])
  })

  it('is checked by a compiler that knows the options and the models', () => {
    expect(errors.filter((error) => error.startsWith('planted.md'))).toEqual([
      expect.stringMatching(/^planted\.md:7 error TS2322/),
      expect.stringMatching(/^planted\.md:8 error TS2353.*nickname/s),
    ])
  })

  it('is marked as a fragment in few places', () => {
    const fences = [...checkedPages().values()].flatMap((page) => page.fences)
    const marked = fences.filter(({ marks }) => marks.includes('fragment'))

    expect([...checkedPages().values()].flatMap(programsOf).length).toBeGreaterThan(70)
    expect(marked.length).toBeLessThanOrEqual(8)
  })
})
