import { prismaExports } from '@oneprisma/sites'
import { describe, expect, it } from 'vitest'
import { takesClients } from '../src/scan/takes-clients.ts'

const PRISMA = prismaExports('@prisma/client', false)
const SERVICE = new Map([...PRISMA].map(([, value]) => ['PrismaService', value]))

function takes(text: string): boolean {
  return takesClients(text, (specifier) =>
    specifier === '@prisma/client' || specifier.startsWith('$')
      ? PRISMA
      : specifier === './service'
        ? SERVICE
        : undefined,
  )
}

describe('takesClients', () => {
  it.each([
    ['an import of types', `import type { PrismaClient } from '@prisma/client'`],
    ['a type among values', `import { Prisma, type PrismaClient as P } from "@prisma/client"`],
    ['an import of other names', `import {\n  Prisma,\n  Role,\n} from '@prisma/client'\n`],
    ['a type that is handed on', `export type { PrismaClient } from '@prisma/client'`],
    ['a default that is a type', `import type Prisma from '@prisma/client'`],
    [
      'a name that only annotates',
      `import { PrismaClient } from '@prisma/client'
       export async function f(client: PrismaClient, other?: PrismaClient) {}
       class A { constructor(private readonly prisma: PrismaClient) {} }
       let late: PrismaClient
       const mine = 1, PrismaClientKnownRequestError = 2`,
    ],
    [
      'a service that is injected',
      `import { PrismaService } from './service'
       export class A { constructor(\n    private readonly prisma: PrismaService,\n  ) {} }`,
    ],
    [
      'an error of Prisma',
      `import { Prisma } from '@prisma/client'\nnew Prisma.PrismaClientError()`,
    ],
    ['comments and strings', `// PrismaClient\nconst a = "PrismaClient" + f('@prisma/client')`],
    ['a template with parts', 'const query = sql.raw((`${index}, PrismaClient`), (`${alias}.id`))'],
    ['other modules', `import { PrismaClient } from './my-own.ts'\nf(PrismaClient)`],
  ])('says no of %s', (_, text) => {
    expect(takes(text)).toBe(false)
  })

  it.each([
    ['a call', `import { PrismaClient } from '@prisma/client'\nmake(PrismaClient)`],
    ['another name', `import { PrismaClient as P } from '@prisma/client'\nmake(P)`],
    ['a default', `import prisma from '@prisma/client'`],
    ['a default called type', `import type from '@prisma/client'`],
    ['a default by its name', `import { default as prisma } from '@prisma/client'`],
    ['a namespace', `import * as prisma from '@prisma/client'`],
    ['a namespace that is handed on', `export * as prisma from '@prisma/client'`],
    ['all of it', `export * from '@prisma/client'`],
    ['a name that is handed on', `export { PrismaClient } from '@prisma/client'`],
    ['a type and a value', `import type { Prisma } from 'a'\nexport * from '@prisma/client'`],
    [
      'a comment that reads like an import of types',
      `export // import type\n{ PrismaClient } from '@prisma/client'`,
    ],
    [
      'a comment in the braces',
      `import { /* , */ PrismaClient } from '@prisma/client'\nmake(PrismaClient)`,
    ],
    ['a comment before the specifier', `export * from /* here */ '@prisma/client'`],
    ['a line of comment before it', `export * from // here\n  '@prisma/client'`],
    ['require', `const { PrismaClient } = require('@prisma/client')`],
    ['require with a comment', `const prisma = require(/* the client */ "@prisma/client")`],
    ['an optional require', `const prisma = require?.('@prisma/client')`],
    ['a require in brackets', `const prisma = (require)('@prisma/client')`],
    ['import equals', `import prisma = require('@prisma/client')`],
    ['a dynamic import', 'const prisma = await import(\n  `@prisma/client`)'],
    ['createRequire', `const load = createRequire(import.meta.url)\nload('@prisma/client')`],
    ['the actual module in a test', `await vi.importActual<typeof import('a')>('@prisma/client')`],
    ['a quote in a comment', `/* (' */ const prisma = require('@prisma/client')`],
    [
      'a condition',
      `import { PrismaClient } from '@prisma/client'\nconst C = a ? B : PrismaClient`,
    ],
    [
      'a condition after a comment that ends like parameters',
      `import { PrismaClient } from '@prisma/client'\nconst C = a ? // one,\n  B: PrismaClient`,
    ],
    [
      'an object that is exported',
      `import { PrismaClient } from '@prisma/client'\nmodule.exports = { a: PrismaClient }`,
    ],
    [
      'a default of a parameter',
      `import { PrismaClient } from '@prisma/client'\nfunction f(a: PrismaClient = make(PrismaClient)) {}`,
    ],
    ['a broken program', `const prisma = new PrismaClient(`],
    ['middleware', `function add(prisma) { prisma.$use(log) }`],
  ])('says yes of %s', (_, text) => {
    expect(takes(text)).toBe(true)
  })
})
