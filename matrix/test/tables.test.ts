import { describe, expect, it } from 'vitest'
import type { CellResult } from '../src/cell.ts'
import { between, mergeResults, pageTablesOf, shortTableOf } from '../src/tables.ts'

const GREEN: CellResult = {
  id: 'prisma/7.10/prisma-client',
  kind: 'prisma',
  title: 'Prisma 7.10',
  outcome: 'green',
  detail: '',
  checks: 13,
  facts: { pg: '8.23.1' },
  node: '20.20.2',
  date: '2026-11-28',
}
const RED: CellResult = {
  ...GREEN,
  id: 'adapter/neon',
  kind: 'adapter',
  title: 'neon',
  outcome: 'red',
  detail: 'drain: a | b\n<c>',
  facts: {},
}
const NOT_RUN: CellResult = {
  ...RED,
  id: 'adapter/mssql',
  title: 'mssql',
  outcome: 'not run',
  detail: 'no server',
  checks: 0,
}

describe('pageTablesOf', () => {
  it('writes a table for each kind, with what failed and why a cell was not run', () => {
    expect(pageTablesOf([RED, NOT_RUN, GREEN])).toBe(
      `### Versions of Prisma, and its generators

| cell        | outcome          | versions and figures |     |
| ----------- | ---------------- | -------------------- | --- |
| Prisma 7.10 | green, 13 checks | pg 8.23.1            |     |

### Driver adapters

| cell  | outcome            | versions and figures |                      |
| ----- | ------------------ | -------------------- | -------------------- |
| neon  | **red**, 13 checks |                      | drain: a \\| b &lt;c> |
| mssql | not run            |                      | no server            |`,
    )
  })
})

describe('pageTablesOf, of a cell with many facts', () => {
  it('writes a table of their own for them', () => {
    const facts = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`fact ${at}`, at]))

    const text = pageTablesOf([{ ...GREEN, facts }])

    expect(text).toContain('| Prisma 7.10 | green, 13 checks |                      |     |')
    expect(text).toContain('| fact 6   | 6   |')
  })
})

describe('shortTableOf', () => {
  it('counts the outcomes of each kind that has results', () => {
    expect(shortTableOf([GREEN, RED, NOT_RUN]).split('\n').slice(2)).toEqual([
      '| Versions of Prisma, and its generators | 1     | 0   | 0       |',
      '| Driver adapters                        | 0     | 1   | 1       |',
    ])
  })
})

describe('between', () => {
  it('replaces what is between the markers, and nothing else', () => {
    const text = 'before\n<!-- matrix:start -->\nold\n<!-- matrix:end -->\nafter'

    const once = between(text, 'matrix', 'new')

    expect(once).toBe('before\n<!-- matrix:start -->\n\nnew\n\n<!-- matrix:end -->\nafter')
    expect(between(once, 'matrix', 'new')).toBe(once)
  })

  it.each(['', '<!-- matrix:start -->', '<!-- matrix:end --><!-- matrix:start -->'])(
    'refuses a text without both markers in order: %j',
    (text) => {
      expect(() => between(text, 'matrix', 'new')).toThrow('<!-- matrix:start -->')
    },
  )
})

describe('mergeResults', () => {
  it('keeps the order of the cells, takes the newer result, and drops cells that are no more', () => {
    const gone = { ...GREEN, id: 'gone' }
    const newer = { ...RED, outcome: 'green' } as const

    const merged = mergeResults([GREEN.id, RED.id, 'never run'], [RED, gone, GREEN], [newer])

    expect(merged).toEqual([GREEN, newer])
  })
})
