import { describe, expect, it } from 'vitest'
import { callSiteOf, frameAbove } from '../src/call-site.ts'

function define(): ReturnType<typeof frameAbove> {
  return frameAbove(define)
}

describe('frameAbove', () => {
  it('finds the caller of a function, past the function itself', () => {
    expect(define()?.fileName).toMatch(/call-site\.test\.ts$/)
  })

  it('leaves the way that stacks are prepared as it was', () => {
    const prepare = (error: Error): string => `prepared ${error.message}`
    Error.prepareStackTrace = prepare
    try {
      define()
      expect(Error.prepareStackTrace).toBe(prepare)
    } finally {
      Reflect.deleteProperty(Error, 'prepareStackTrace')
    }

    define()
    expect(Object.hasOwn(Error, 'prepareStackTrace')).toBe(false)
  })
})

describe('callSiteOf', () => {
  it('names file, line and column', () => {
    expect(
      callSiteOf({ fileName: 'file:///app/lib/prisma.ts', lineNumber: 5, columnNumber: 9 }),
    ).toEqual({
      text: '/app/lib/prisma.ts:5:9',
      file: '/app/lib/prisma.ts',
    })
  })

  it.each([
    '/app/.next/server/chunks/[root-of-the-server]__06c9._.js',
    '/app/.next/dev/server/app/api/users/route.js',
    '/app/dist/server.js',
    'webpack-internal:///(rsc)/./lib/prisma.ts',
  ])('does not take a bundle for a source file: %s', (file) => {
    expect(callSiteOf({ fileName: file, lineNumber: 1, columnNumber: 1 })).toEqual({
      text: `${file}:1:1`,
      file: undefined,
    })
  })

  it('says that it does not know', () => {
    expect(callSiteOf(undefined)).toEqual({ text: 'unknown place', file: undefined })
  })
})
