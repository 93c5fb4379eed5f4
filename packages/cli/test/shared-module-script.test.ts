import { describe, expect, it } from 'vitest'
import { parseModule } from '../src/scan/parse-module.ts'
import { scriptTemplate } from '../src/shared-module/script-template.ts'

describe('scriptTemplate', () => {
  it.each<[what: string, named: string | undefined, hasDefault: boolean, line: string]>([
    ['the name', 'prisma', true, `import { prisma } from '../lib/prisma'`],
    ['the default', undefined, true, `import prisma from '../lib/prisma'`],
    ['the default before another name', 'db', true, `import prisma from '../lib/prisma'`],
    ['another name', 'db', false, `import { db as prisma } from '../lib/prisma'`],
  ])('imports %s', (_, named, hasDefault, line) => {
    const text = scriptTemplate({ named, hasDefault }, '../lib/prisma', 'esm')

    expect(text.split('\n')).toContain(line)
    expect(parseModule('scripts/example.ts', text).ok).toBe(true)
  })

  it('requires what CommonJS exports by name', () => {
    const text = scriptTemplate({ named: 'db', hasDefault: false }, '../lib/db', 'cjs')

    expect(text).toContain(`const { db: prisma } = require('../lib/db')`)
    expect(text).toContain(`const { runScript } = require('@oneprisma/client/script')`)
    expect(text).not.toContain('import')
  })
})
