import { describe, expect, it } from 'vitest'
import { StatementNames } from '../src/statement-names.ts'

const textOf = (column: string | number): string =>
  `SELECT "public"."User"."${column}" FROM "public"."User" WHERE 1=1 OFFSET $1`

/** The name that a text has once it has come twice. */
function nameOf(names: StatementNames, text: string): string | undefined {
  names.of(text)
  return names.of(text)
}

const error = (members: object): Error => Object.assign(new Error('of the server'), members)

describe('StatementNames', () => {
  it('names a text when it comes again', () => {
    const names = new StatementNames()

    expect(names.of(textOf('id'))).toBeUndefined()
    const name = names.of(textOf('id'))
    expect(name).toMatch(/^oneprisma_[\da-f]{32}_0$/)
    expect(names.of(textOf('id'))).toBe(name)
    expect(nameOf(names, textOf('name'))).not.toBe(name)
  })

  it('makes the same name of the same text anywhere, so that nobody takes one for another', () => {
    expect(nameOf(new StatementNames(), textOf('id'))).toBe(
      nameOf(new StatementNames(), textOf('id')),
    )
  })

  it('names none of 10,000 texts that differ', () => {
    const names = new StatementNames()

    const named = Array.from({ length: 10_000 }, (_, count) => names.of(textOf(count)))

    expect(named.filter((name) => name !== undefined)).toEqual([])
  })

  it('still knows a text that is in use while many others pass', () => {
    const names = new StatementNames()
    const name = nameOf(names, textOf('id'))
    const seen = new Set<unknown>()

    for (let count = 0; count < 10_000; count++) {
      names.of(textOf(count))
      seen.add(names.of(textOf('id')))
    }

    expect(seen).toEqual(new Set([name]))
  })

  it('keeps no more than a thousand texts', () => {
    const names = new StatementNames()
    names.of(textOf('first'))
    for (let count = 0; count < 1_000; count++) names.of(textOf(count))

    expect(names.of(textOf('first'))).toBeUndefined()
  })

  it.each(["/*app='shop'*/ ", "/*app='shop',release='1%2F2'*/ ", "/*release='7'*/ "])(
    'passes over the comment of the program: %s',
    (comment) => {
      const names = new StatementNames()

      expect(nameOf(names, comment + textOf('id'))).toBe(nameOf(names, textOf('id')))
    },
  )

  it.each([
    ["/*app='shop',request_id='7'*/ ", ''],
    ["/*request_id='7'*/ ", ''],
    ["/*route='%2F'*/ ", ''],
    ['', " /*traceparent='00-1-2-01'*/"],
    ["/*app='shop'*/ ", " /*tags='mine'*/"],
    ["/*app='shop'*/ /*app='shop'*/ ", ''],
  ])('names no statement that may have another comment the next time: %s…%s', (before, after) => {
    expect(nameOf(new StatementNames(), before + textOf('id') + after)).toBeUndefined()
  })

  it('names everything anew once a schema has changed', () => {
    const names = new StatementNames()
    const [one = '', other = ''] = ['id', 'name'].map((column) => nameOf(names, textOf(column)))
    const changed = error({ code: '0A000', routine: 'RevalidateCachedQuery' })

    expect(names.hasFailed(one, changed)).toBe(true)

    expect(nameOf(names, textOf('name'))).toMatch(/_1$/)
    // It was sent before, and says nothing of the names of now.
    expect(names.hasFailed(other, changed)).toBe(true)
    expect(nameOf(names, textOf('id'))).toMatch(/_1$/)
  })

  it('names everything anew, and repeats nothing, where a server tells of it in its own way', () => {
    const names = new StatementNames()
    const name = nameOf(names, textOf('id')) ?? ''

    expect(names.hasFailed(name, error({ code: '0A000' }))).toBe(false)

    expect(nameOf(names, textOf('id'))).toMatch(/_1$/)
  })

  it.each([
    ['another failure', { code: '23505' }],
    ['one without a code', {}],
    ['one of a function', { code: '26000', where: 'PL/pgSQL function f() line 1 at EXECUTE' }],
    ['one of a function', { code: '0A000', where: 'PL/pgSQL function f() line 1 at EXECUTE' }],
  ])('goes on after %s', (_, members) => {
    const names = new StatementNames()
    const name = nameOf(names, textOf('id'))

    expect(names.hasFailed(name ?? '', error(members))).toBe(false)

    expect(names.of(textOf('id'))).toBe(name)
  })
})
