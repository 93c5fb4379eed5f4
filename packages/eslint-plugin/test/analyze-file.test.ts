import { describe, expect, it } from 'vitest'
import { pathOf } from '../src/analyze-file.ts'

describe('pathOf', () => {
  it.each([
    ['/repo/app/api/users/route.ts', 'app/api/users/route.ts'],
    ['app/api/users/route.ts', 'app/api/users/route.ts'],
    ['app\\api\\users\\route.ts', 'app/api/users/route.ts'],
    ['/elsewhere/test/route.ts', '/elsewhere/test/route.ts'],
  ])('takes %s for %s', (filename, path) => {
    expect(pathOf(filename, '/repo')).toBe(path)
  })
})
