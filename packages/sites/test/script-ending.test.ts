import { describe, expect, it } from 'vitest'
import { MENDED, MENDED_AT_THE_TOP, UNCHANGED, type EndingShape } from './ending-shapes.ts'
import { mend } from './mended.ts'

interface Format {
  readonly format: 'esm' | 'cjs'
  readonly style: string
  readonly write: (script: string) => string
}

const ESM_HEAD = "import { prisma } from './client.js';\n"
const CJS_HEAD = "const { prisma } = require('./client.cjs');\n"

const toArrows = (text: string) =>
  text.replaceAll(/async function (\w+)\(\) \{/g, 'const $1 = async () => {')
const withoutSemicolons = (text: string) => text.replaceAll(/;(?=( \/\/.*| [})].*)?$)/gm, '')
const toTabs = (text: string) =>
  text.replaceAll(/^( {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2))

const ESM: readonly Format[] = [
  { format: 'esm', style: 'as written', write: (text) => ESM_HEAD + text },
  { format: 'esm', style: 'arrows', write: (text) => toArrows(ESM_HEAD + text) },
  { format: 'esm', style: 'no semicolons', write: (text) => withoutSemicolons(ESM_HEAD + text) },
  { format: 'esm', style: 'CRLF', write: (text) => (ESM_HEAD + text).replaceAll('\n', '\r\n') },
  { format: 'esm', style: 'tabs', write: (text) => toTabs(ESM_HEAD + text) },
  { format: 'esm', style: 'an emoji', write: (text) => `${ESM_HEAD}console.log('🌱');\n${text}` },
]
const CJS: readonly Format[] = [
  { format: 'cjs', style: 'as written', write: (text) => CJS_HEAD + text },
  { format: 'cjs', style: 'arrows', write: (text) => toArrows(CJS_HEAD + text) },
  { format: 'cjs', style: 'no semicolons', write: (text) => withoutSemicolons(CJS_HEAD + text) },
]

const inFormats = (shapes: readonly EndingShape[], formats: readonly Format[]) =>
  shapes.flatMap((shape) => formats.map((format) => ({ ...shape, ...format })))

describe('mendScriptEnding', () => {
  it.each([...inFormats(MENDED, [...ESM, ...CJS]), ...inFormats(MENDED_AT_THE_TOP, ESM)])(
    'mends $name ($format, $style)',
    ({ before, after, format, write }) => {
      const mended = mend(write(before), format)

      expect(mended.text).toBe(write(after))
      expect(mended.notes).toEqual([])
    },
  )

  it.each(inFormats([...MENDED, ...MENDED_AT_THE_TOP], ESM))(
    'finds nothing to do in its own result: $name ($style)',
    ({ after, format, write }) => {
      const again = mend(write(after), format)

      expect(again).toEqual({ text: write(after), edits: [], notes: [] })
    },
  )

  it.each(inFormats(UNCHANGED, [...ESM, ...CJS]))(
    'leaves alone $name ($format, $style)',
    ({ before, format, write }) => {
      const mended = mend(write(before), format)

      expect(mended).toEqual({ text: write(before), edits: [], notes: [] })
    },
  )
})
