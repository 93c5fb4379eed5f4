import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ShapeCache } from '../src/shape-cache.ts'
import { statementShape } from '../src/statement-shape.ts'
import { verbOf } from '../src/statement-verb.ts'

const shape = (sql: string): string => statementShape(sql, 'postgresql')
const SYSTEMS = ['postgresql', 'mysql', 'sqlite', 'microsoft.sql_server', undefined] as const

// Ways to write a value, which hold any text that is written as they want it.
const doubled = (quote: string) => (text: string) =>
  `${quote}${text.replaceAll(quote, quote + quote)}${quote}`
const escaped = (quote: string) => (text: string) =>
  `${quote}${text.replaceAll(/[\\'"]/g, String.raw`\$&`)}${quote}`
const LITERALS: ReadonlyArray<readonly [(typeof SYSTEMS)[number], (text: string) => string]> = [
  ['postgresql', doubled("'")],
  ['postgresql', (text) => `E${escaped("'")(text)}`],
  ['postgresql', (text) => `$tag$${text.replaceAll('$', '')}$tag$`],
  ['postgresql', (text) => `$$${text.replaceAll('$', '')}$$`],
  ['postgresql', (text) => `N${doubled("'")(text)}`],
  ['postgresql', (text) => `/* ${text.replaceAll(/[*/]/g, '')} /* inner */ s3cret */ 1`],
  ['postgresql', (text) => `-- ${text.replaceAll(/\s/g, ' ')}\n 1`],
  ['mysql', escaped("'")],
  ['mysql', escaped('"')],
  ['mysql', (text) => `# ${text.replaceAll(/\s/g, ' ')}\n 1`],
  ['sqlite', doubled("'")],
  ['sqlite', doubled('"')],
  ['microsoft.sql_server', (text) => `N${doubled("'")(text)}`],
  [undefined, doubled("'")],
  [undefined, doubled('"')],
  [undefined, doubled('`')],
  [undefined, (text) => `$$${text.replaceAll('$', '')}$$`],
]

describe('statementShape', () => {
  it.each([
    ['SELECT 1, 2.5, .5, 1e10, 0x1F, -3', 'SELECT ?, ?, ?, ?, ?, -?'],
    [`SELECT "a"."b1" FROM "t2" WHERE c3 = $1`, `SELECT "a"."b1" FROM "t2" WHERE c3 = ?`],
    ['SELECT a\n\t FROM   t', 'SELECT a FROM t'],
    [
      'SELECT * FROM t WHERE id IN ($1,$2, $3) LIMIT $4',
      'SELECT * FROM t WHERE id IN (...) LIMIT ?',
    ],
    ['SELECT * FROM t WHERE id IN ($1) LIMIT $2', 'SELECT * FROM t WHERE id IN (...) LIMIT ?'],
    [
      'INSERT INTO t (a, b) VALUES ($1,$2),($3,DEFAULT), (NULL,4)',
      'INSERT INTO t (a, b) VALUES (...)',
    ],
    ["SELECT 'a'::text, b::int[]", 'SELECT ?::text, b::int[]'],
    ["SELECT ARRAY['a', 'b']", 'SELECT ARRAY[?, ?]'],
    ["SELECT 'never ends", 'SELECT ?'],
    [`SELECT "never ends`, 'SELECT ?'],
    ['SELECT 1 /* never ends', 'SELECT ?'],
    ['SELECT $a$ never ends', 'SELECT ?'],
    ['SELECT count(*) FROM f(a, $1)', 'SELECT count(*) FROM f(a, ?)'],
    ['', ''],
  ])('makes of %j the shape %j', (sql, expected) => {
    expect(shape(sql)).toBe(expected)
  })

  it('keeps the names that a database quotes, and hides what another takes for a name', () => {
    expect(statementShape('SELECT `a`, "b"', 'mysql')).toBe('SELECT `a`, ?')
    expect(statementShape('SELECT `a`, "b"', 'sqlite')).toBe('SELECT `a`, ?')
    expect(statementShape('SELECT [a], "b", @P1', 'microsoft.sql_server')).toBe(
      'SELECT [a], "b", ?',
    )
    expect(shape('SELECT `a`, "b"')).toBe('SELECT ?, "b"')
  })

  it('hides any text in any literal or comment, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LITERALS),
        fc.string({ unit: 'binary' }),
        fc.constantFrom('SELECT ', 'SELECT a, ', "SELECT 'x', ", 'SELECT f(', 'WHERE a = '),
        fc.constantFrom('', ' FROM t', ", 'y'", ') FROM t', ' AND b = 1'),
        ([system, write], text, before, after) => {
          const sql = `${before}${write(`s3cret${text}s3cret`)}${after}`
          const seen = statementShape(sql, system)
          expect(seen).not.toContain('s3cret')
          // What follows is read as what it is.
          expect(seen.endsWith('FROM t')).toBe(after.endsWith('FROM t'))
        },
      ),
      { numRuns: 3_000 },
    )
  })

  it('changes nothing of a shape', () => {
    const words = fc.constantFrom(
      'SELECT',
      'a',
      '"b"',
      '$1',
      "'x'",
      '(',
      ')',
      ',',
      '=',
      '7',
      ' ',
      '--\n',
    )
    fc.assert(
      fc.property(fc.array(words), (parts) => {
        const once = shape(parts.join(' '))
        expect(shape(once)).toBe(once)
      }),
      { numRuns: 2_000 },
    )
  })

  it('cuts what is very long', () => {
    const text = shape(`SELECT ${'column, '.repeat(10_000)} 1`)

    expect(text).toHaveLength(4_002)
    expect(text.endsWith(' …')).toBe(true)
  })

  it.each([
    ['unclosed parentheses', '('.repeat(100_000)],
    ['a list', `IN (${'$1,'.repeat(100_000)}$2)`],
    ['quotation marks', `'`.repeat(100_000)],
    ['dollars', '$a'.repeat(100_000)],
    ['comments', '/*'.repeat(100_000)],
    ['lists in lists', `${'(1,'.repeat(100_000)}1${')'.repeat(100_000)}`],
    ['lists after lists', '(1), '.repeat(100_000)],
  ])('is done with %s', (_, sql) => {
    // A scan that goes back would not be, within the time of any test.
    expect(shape(sql).length).toBeLessThanOrEqual(4_002)
  })
})

describe('ShapeCache', () => {
  it('gives statements that differ in a comment at their end one shape', () => {
    const cache = new ShapeCache()
    const one = cache.of(`SELECT 1 /*traceparent='a'*/`, 'postgresql')

    expect(cache.of(`SELECT 1 /*traceparent='b'*/`, 'postgresql')).toBe(one)
  })

  it('keeps what is asked for while many others come and go', () => {
    const cache = new ShapeCache()
    const kept = cache.of('SELECT kept', 'postgresql')
    const seen = new Set<string>()
    for (let count = 0; count < 5_000; count++) {
      cache.of(`SELECT c${count}`, 'postgresql')
      if (count % 500 === 0) seen.add(cache.of('SELECT kept', 'postgresql'))
    }
    expect([...seen]).toEqual([kept])
    expect(cache.of('SELECT c0', 'postgresql')).not.toBe(kept)
  })
})

describe('verbOf', () => {
  it.each([
    ['(SELECT 1)', 'SELECT'],
    ['/* a */ insert into t', 'INSERT'],
    ['WITH a AS (SELECT 1) DELETE FROM t', 'WITH'],
    ['VACUUM', 'OTHER'],
    ['', 'OTHER'],
  ])('knows what %j does', (sql, verb) => {
    expect(verbOf(sql)).toBe(verb)
  })
})
