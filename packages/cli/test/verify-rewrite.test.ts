import { analyzeModule, prismaExports, type Resolve } from '@oneprisma/sites'
import { expect, it } from 'vitest'
import { verifyRewrite } from '../src/migrate/verify-rewrite.ts'
import { parseModule } from '../src/scan/parse-module.ts'

const BEFORE = `import { PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()
export const users = () => prisma.user.findMany()
`

const resolve: Resolve = (specifier) =>
  specifier === '@prisma/client' ? prismaExports(specifier, false) : undefined

function verify(after: string): string | undefined {
  const parsed = parseModule('a.ts', BEFORE)
  if (!parsed.ok) throw new Error(parsed.message)
  return verifyRewrite(analyzeModule(parsed.module, resolve), after, 0, resolve)
}

it('finds nothing wrong with a module that imports the shared client', () => {
  expect(
    verify(`import prisma from './prisma'\nexport const users = () => prisma.user.findMany()\n`),
  ).toBeUndefined()
})

it.each([
  ['text that does not parse', `import prisma from './prisma'\nexport const users = (\n`, /line/],
  [
    'a name that nothing declares',
    `export const users = () => prisma.user.findMany()\n`,
    /nothing declares prisma/,
  ],
  [
    'a name that is declared twice',
    `import prisma from './prisma'\nconst prisma = 1\nexport const users = () => prisma\n`,
    /prisma is imported and declared as well/,
  ],
  [
    'two declarations of one name',
    `const prisma = 1\nconst prisma = 2\nexport const users = () => prisma\n`,
    /already been declared/,
  ],
  ['a client that was to go', BEFORE, /1 clients are left, not 0/],
])('refuses %s', (_, after, wrong) => {
  expect(verify(after)).toMatch(wrong)
})
