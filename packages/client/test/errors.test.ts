import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isOnePrismaError, OnePrismaError } from '../src/index.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

/** The members of a union of string literals, as they stand in the source. */
function unionIn(file: string, name: string): string[] {
  const union =
    new RegExp(`export type ${name} =([^]*?)\\n\\n`).exec(`${read(file)}\n\n`)?.[1] ?? ''
  return [...union.matchAll(/'([A-Z_]+)'/g)].map((match) => match[1] ?? '')
}

describe('the codes', () => {
  it('have a heading each in docs/errors.md, and no heading is without a code', () => {
    const headings = [...read('../../../docs/errors.md').matchAll(/^### ([A-Z_]+)$/gm)]

    const codes = [
      ...unionIn('../src/errors.ts', 'OnePrismaErrorCode'),
      ...unionIn('../src/warnings.ts', 'OnePrismaWarningCode'),
    ]
    expect(codes.length).toBeGreaterThan(10)
    expect(new Set(headings.map((match) => match[1]))).toEqual(new Set(codes))
    expect(headings).toHaveLength(codes.length)
  })
})

describe('isOnePrismaError', () => {
  it('knows an error by its name and code, not by its class', () => {
    const foreign = Object.assign(new Error('from another copy'), {
      name: 'OnePrismaError',
      code: 'NAME_CONFLICT',
    })

    expect(isOnePrismaError(foreign)).toBe(true)
    expect(isOnePrismaError(foreign, 'NAME_CONFLICT')).toBe(true)
    expect(isOnePrismaError(foreign, 'CLOSE_TIMEOUT')).toBe(false)
    expect(isOnePrismaError(new Error('any'))).toBe(false)
    expect(isOnePrismaError({ name: 'OnePrismaError', code: 'NAME_CONFLICT' })).toBe(false)
  })

  it('keeps the cause', () => {
    const cause = new Error('socket hang up')

    expect(new OnePrismaError('CREATE_FAILED', 'It failed.', { cause }).cause).toBe(cause)
  })
})
