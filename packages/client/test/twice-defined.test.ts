import { describe, expect, it } from 'vitest'
import type { Definition } from '../src/definition.ts'
import { refuseTwo, isTwo } from '../src/twice-defined.ts'
import { warningsOf } from './fake-client.ts'

/** What is read of a definition: its callback's text, and its place in the source, where known. */
function definition(text: string, file: string | undefined): Definition {
  const place = { name: 'default', text, site: { text: `${file ?? 'chunk'}:1:1`, file } }
  return place as unknown as Definition
}

const cases: Array<[what: string, Definition, Definition, warnings: number]> = [
  ['other code in another file', definition('a', 'one.ts'), definition('b', 'two.ts'), 1],
  ['other code in the same file', definition('a', 'one.ts'), definition('b', 'one.ts'), 0],
  ['the same code in another file', definition('a', 'one.ts'), definition('a', 'two.ts'), 0],
  ['a bundle first', definition('a', undefined), definition('b', 'two.ts'), 0],
  ['a bundle second', definition('a', 'one.ts'), definition('b', undefined), 0],
]

describe('two definitions of one name and schema', () => {
  it.each(cases)('%s', async (_, first, second, expected) => {
    const warned = new Set<string>()

    const warnings = await warningsOf(() => {
      isTwo(first, second, warned)
      isTwo(first, second, warned)
    })

    expect(warnings).toHaveLength(expected)
  })
})

describe('two definitions of one name and other schemas', () => {
  it('are taken for one that was generated anew where they may be of one file', () => {
    expect(() => refuseTwo(definition('a', 'one.ts'), definition('b', 'one.ts'))).not.toThrow()
    expect(() => refuseTwo(definition('a', undefined), definition('b', 'one.ts'))).not.toThrow()
  })

  it('are refused where they are of two', () => {
    expect(() => refuseTwo(definition('a', 'one.ts'), definition('a', 'two.ts'))).toThrow(
      'is defined at one.ts:1:1 and, with another schema, at two.ts:1:1',
    )
  })
})
