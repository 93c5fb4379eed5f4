import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

describe('TestingErrorCode', () => {
  it('has a heading in the README for each code, and no heading is without a code', () => {
    const codes = [...read('../src/errors.ts').matchAll(/^ {2}\| '([A-Z_]+)'$/gm)]
    const headings = [...read('../README.md').matchAll(/^### ([A-Z_]+)$/gm)]

    expect(codes.length).toBeGreaterThan(10)
    expect(headings.map(([, name]) => name)).toEqual(codes.map(([, name]) => name))
  })
})

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
