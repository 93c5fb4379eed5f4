import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { displayWidth } from '../src/report/display-width.ts'
import { formatFindings } from '../src/report/format-findings.ts'
import type { Colour } from '../src/report/paint.ts'
import { inventoryOf, siteAt } from './report-findings.ts'

const CODES: Readonly<Record<Colour, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
}

function paint(colour: Colour, text: string): string {
  return `\u001B[${CODES[colour]}m${text}\u001B[0m`
}

const findings = inventoryOf(
  [
    siteAt('pages/api/users.ts', 12, { lifetime: 'call', reason: 'LOCAL_CLIENT' }),
    siteAt('lib/prisma.ts', 4, { decision: 'keep', reason: 'SHARED_MODULE' }),
    siteAt('pages/api/users.ts', 3, { decision: 'review', reason: 'LOG_OPTIONS' }),
  ],
  {
    notes: [
      { code: 'MOCKED_MODULE', path: 'lib/prisma.ts', line: 9, column: 1, message: 'Mocked.' },
    ],
    unparsed: [{ path: 'b.ts', line: 4, message: 'Unexpected token' }],
  },
)

describe('formatFindings', () => {
  it('prints a line for each finding, file by file, and counts them', () => {
    expect(formatFindings(findings)).toMatchInlineSnapshot(`
      "lib/prisma.ts:4:16  keep  SHARED_MODULE  This is the module from which other modules import the shared client.
      lib/prisma.ts:9:1   note  MOCKED_MODULE  Mocked.

      pages/api/users.ts:3:16   review   LOG_OPTIONS   This client sets what it logs, and the shared client would log something else.
      pages/api/users.ts:12:16  rewrite  LOCAL_CLIENT  Every call of this function makes a client and opens connections of its own.

      b.ts:4  unparsed  Unexpected token

      3 sites: 1 rewrite, 1 review, 1 keep; 1 note; 1 file unparsed
      "
    `)
  })

  it('wraps sentences to the terminal, beside their codes', () => {
    expect(formatFindings(findings, { width: 90 })).toMatchInlineSnapshot(`
      "lib/prisma.ts:4:16  keep  SHARED_MODULE  This is the module from which other modules
                                               import the shared client.
      lib/prisma.ts:9:1   note  MOCKED_MODULE  Mocked.

      pages/api/users.ts:3:16   review   LOG_OPTIONS   This client sets what it logs, and the
                                                       shared client would log something else.
      pages/api/users.ts:12:16  rewrite  LOCAL_CLIENT  Every call of this function makes a
                                                       client and opens connections of its own.

      b.ts:4  unparsed  Unexpected token

      3 sites: 1 rewrite, 1 review, 1 keep; 1 note; 1 file unparsed
      "
    `)
  })

  it('puts sentences below where the terminal is narrow', () => {
    expect(formatFindings(findings, { width: 48 })).toMatchInlineSnapshot(`
      "lib/prisma.ts:4:16  keep  SHARED_MODULE
          This is the module from which other modules
          import the shared client.
      lib/prisma.ts:9:1   note  MOCKED_MODULE
          Mocked.

      pages/api/users.ts:3:16   review   LOG_OPTIONS
          This client sets what it logs, and the
          shared client would log something else.
      pages/api/users.ts:12:16  rewrite  LOCAL_CLIENT
          Every call of this function makes a client
          and opens connections of its own.

      b.ts:4  unparsed
          Unexpected token

      3 sites: 1 rewrite, 1 review, 1 keep; 1 note; 1 file unparsed
      "
    `)
  })

  it.each([[40], [60], [80], [100], [120]])('keeps within %i columns', (width) => {
    const wide = inventoryOf([siteAt('日本.ts', 3)], {
      unparsed: [{ path: 'b.ts', line: 1, message: '日本 '.repeat(40) }],
    })

    const lines = formatFindings(wide, { width }).split('\n')

    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width)
  })

  it('prints the same with colours and without', () => {
    const coloured = formatFindings(findings, { width: 90, paint })

    expect(coloured).toContain('\u001B[31mrewrite\u001B[0m')
    expect(coloured).toContain('\u001B[33mreview\u001B[0m')
    expect(coloured).toContain('\u001B[32mkeep\u001B[0m')
    expect(stripVTControlCharacters(coloured)).toBe(formatFindings(findings, { width: 90 }))
  })

  it('lines up columns after wide characters', () => {
    const text = formatFindings(inventoryOf([siteAt('日.ts', 3), siteAt('日.ts', 100)]))

    const columns = text
      .split('\n')
      .slice(0, 2)
      .map((line) => displayWidth(line.slice(0, line.indexOf('rewrite'))))
    expect(columns).toEqual([14, 14])
  })

  it('lets no name of a file act on the terminal or begin a line', () => {
    const text = formatFindings(
      inventoryOf([siteAt('a\u001B[2J\n::error::b.ts', 1)], {
        unparsed: [{ path: 'c\u009B.ts', line: 1, message: 'x\u0007\u202Ey' }],
      }),
    )

    expect(text).not.toMatch(/[^\P{C}\n]/u)
    expect(text).not.toMatch(/^::/m)
  })

  it('says that there is nothing', () => {
    expect(formatFindings(inventoryOf([]))).toBe('0 sites\n')
  })
})

describe('displayWidth', () => {
  it.each([
    ['plain text', 'a-b', 3],
    ['CJK', '日本', 4],
    ['an emoji', '😀', 2],
    ['a family of one glyph', '👩‍👩‍👧', 2],
    ['a combining accent', 'e\u0301', 1],
    ['a Latin letter', 'é', 1],
    ['half-width Katakana', 'ｱ', 1],
  ])('of %s', (_, text, width) => {
    expect(displayWidth(text)).toBe(width)
  })
})
